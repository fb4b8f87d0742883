"""What pyproject.toml can't say: a wheel carries the layouts, whose one source is layouts/ at the top."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithLayouts(build_py):
    """Copies the layouts into the package, for `producthead init`; a clone has them beside it."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "producthead_mail" / "layouts"
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree("layouts", target, ignore=shutil.ignore_patterns(".*", "__pycache__"))


setup(cmdclass={"build_py": BuildWithLayouts})
