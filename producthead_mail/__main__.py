"""`python -m producthead_mail` is the `producthead` command."""

from producthead_mail.start import main

if __name__ == "__main__":
    main()
