"""Each thing broken in turn: which line tells it, with its remedy, and that no other line is disturbed."""

from collections.abc import Callable

import pytest

from producthead_mail.content.publication import AudienceSource, Mailbox, SendGridPolicy, Unsubscribe
from producthead_mail.doctor.project import People
from producthead_mail.doctor.sendgrid import Access, look
from tests.doctor.conftest import Setting
from tests.standin import Standin
from tests.standin.dns import text
from tests.standin.settings import HOOK

Break = Callable[[Setting], object]
AUTHENTICATION = "in SendGrid under Settings > Sender Authentication"
AUTHENTICATE = f"authenticate the domain example.com {AUTHENTICATION}"


def without(*scopes: str) -> Break:
    return lambda setting: [setting.account.scopes.remove(scope) for scope in scopes]


def record(name: str, kind: str, *texts: str) -> Break:
    """Puts records in the place of those of a name; none takes them away."""

    def change(setting: Setting) -> None:
        setting.names.zone.pop((name, kind), None)
        if texts:
            setting.names.zone[name, kind] = [text(one) if kind == "TXT" else one for one in texts]

    return change


def txt(name: str, *texts: str) -> Break:
    return record(name, "TXT", *texts)


def broken(path: str, status: int = 500) -> Break:
    return lambda setting: setting.account.settings.broken.update({path: status})


def undo_domain(setting: Setting) -> None:
    setting.account.settings.domains.clear()


def all_of(*breaks: Break) -> Break:
    return lambda setting: [each(setting) for each in breaks]


def on(name: str) -> Break:
    return lambda setting: setting.account.settings.on.add(name)


def credits(left: int, people: int, frequency: str = "monthly") -> Break:
    def change(setting: Setting) -> None:
        setting.account.credits = left
        setting.account.settings.plan, setting.account.settings.frequency = 100, frequency
        setting.people = People(people)

    return change


def test_nothing_is_amiss_where_everything_is_right(setting: Setting) -> None:
    assert setting.faults() == {}


RIGHTS = [
    (
        without("mail.send"),
        "rights to send",
        "error: missing mail.send (send, dispatch); give it to the key in SendGrid under Settings > API Keys",
    ),
    (
        without("suppression.read", "asm.groups.read"),
        "rights to send",
        "error: missing suppression.read (send, dispatch, suppressions pull); asm.groups.read (send, "
        "dispatch, suppressions pull); give them to the key in SendGrid under Settings > API Keys",
    ),
    (
        without("user.scheduled_sends.delete"),
        "rights to schedule",
        "warning: missing user.scheduled_sends.delete (resume); give it to the key in SendGrid under "
        "Settings > API Keys",
    ),
    (
        without("email_activity.read"),
        "rights to settle",
        "warning: missing email_activity.read (settle, dispatch); give it to the key in SendGrid under "
        "Settings > API Keys, or settle by hand",
    ),
    (
        lambda setting: setting.account.scopes.extend(["api_keys.create", "api_keys.read", "billing.read"]),
        "further rights",
        "warning: the key can do what no command needs (api_keys.create, api_keys.read and 1 more); make one "
        "with Restricted Access in SendGrid under Settings > API Keys",
    ),
    (
        without("user.credits.read"),
        "credits",
        "skipped: the key may not ask this; give it user.credits.read",
    ),
]
ACCOUNT = [
    (
        credits(10, 14),
        "credits",
        "warning: 10 of 100 left until 2024-03-01, for 14 recipients: SendGrid charges extra for what goes "
        "beyond; buy a larger plan in SendGrid under Settings > Billing",
    ),
    (
        credits(10, 14, "daily"),
        "credits",
        "error: 10 of 100 left until 2024-03-01, for 14 recipients: SendGrid refuses what goes beyond; buy a "
        "larger plan in SendGrid under Settings > Billing, or wait until then",
    ),
    (
        credits(100, 251),
        "credits",
        "error: 100 of 100 left until 2024-03-01, for 251 recipients: SendGrid "
        "refuses what goes beyond; buy a "
        "larger plan in SendGrid under Settings > Billing, or wait until then",
    ),
    (
        lambda setting: setting.change(unsubscribe=Unsubscribe(asm_group=5)),
        "unsubscribe",
        "error: the account has no unsubscribe group 5; put one of 12345 (group 12345) into "
        "unsubscribe.asm_group of publication.yaml",
    ),
    (
        lambda setting: setting.account.groups.clear(),
        "unsubscribe",
        "error: the account has no unsubscribe group 12345; make one in SendGrid under Suppressions > "
        "Unsubscribe Groups",
    ),
    (
        lambda setting: setting.change(unsubscribe=Unsubscribe()),
        "unsubscribe",
        "error: readers can't leave; set unsubscribe in publication.yaml",
    ),
    (
        all_of(on("footer"), on("template")),
        "content",
        "error: the legacy template of the account will change every mail after it was tested; turn that "
        "off in SendGrid under Settings > Mail Settings",
    ),
    (
        on("spam_check"),
        "content",
        "warning: the account's Spam Checker drops an edition that it takes for spam, after SendGrid "
        "accepted it; turn that off in SendGrid under Settings > Mail Settings; `check --spam` counts "
        "before sending",
    ),
    (
        lambda setting: setting.account.settings.tls.update(require_tls=True),
        "TLS",
        "warning: SendGrid drops the mail of everyone whose server has not TLS; PATCH "
        "/v3/user/settings/enforced_tls with false for both, unless that is wanted",
    ),
    (
        lambda setting: setting.account.settings.tls.update(require_valid_cert=True),
        "TLS",
        "warning: SendGrid drops the mail of everyone whose server has not a valid certificate; PATCH "
        "/v3/user/settings/enforced_tls with false for both, unless that is wanted",
    ),
    (
        on("bounce_purge"),
        "suppressions",
        "warning: bounces are forgotten after some days, and their addresses get mail again; turn "
        "Bounce Purge off in SendGrid under Settings > Mail Settings",
    ),
    (
        lambda setting: setting.account.settings.hooks.append({**HOOK, "url": "http://hooks.example.com"}),
        "events",
        "warning: an event webhook sends readers' addresses over plain http; give it an https address in "
        "SendGrid under Settings > Mail Settings > Event Webhooks",
    ),
    (
        broken("/v3/user/webhooks/event/settings/all", 503),
        "events",
        "skipped: SendGrid answered 503: internal server error; run it again",
    ),
]
NAMES = [
    (
        record("em1.example.com", "CNAME"),
        "return path",
        "error: em1.example.com is missing; add em1.example.com CNAME u1.wl.sendgrid.net",
    ),
    (
        txt("u1.wl.sendgrid.net", "v=spf1 include:gone.example.net -all"),
        "return path",
        "error: SPF of em1.example.com: gone.example.net, which it includes, "
        "has no SPF record; see what that "
        "record leads to",
    ),
    (
        txt("example.com", "v=spf1 include:_spf.example.net ~all", "v=spf1 include:sendgrid.net ~all"),
        "SPF",
        "warning: example.com: 2 SPF records, and receivers want exactly one; "
        "make it one record that says it all",
    ),
    (
        txt("example.com", "v=spf1 ip4:192.0.2.300 incl:sendgrid.net ~all"),
        "SPF",
        "warning: example.com: `ip4:192.0.2.300` in the record of example.com is no term of SPF; "
        "`incl:sendgrid.net` in the record of example.com is no term of SPF; "
        "make it one record that says it all",
    ),
    (
        txt("example.com", f"v=spf1 {' '.join(f'a:h{n}.example.com' for n in range(11))} ~all"),
        "SPF",
        "warning: example.com: it takes more than 10 look-ups, where receivers give up; make "
        "it one record that says it all",
    ),
    (
        txt("example.com", "v=spf1 include:sendgrid.net +all"),
        "SPF",
        "warning: example.com: `+all` lets everybody send in its name; end the record with ~all or -all",
    ),
    (
        record("s1._domainkey.example.com", "CNAME"),
        "DKIM",
        "error: s1._domainkey.example.com is missing; add s1._domainkey.example.com CNAME "
        "s1.domainkey.u1.wl.sendgrid.net",
    ),
    (
        all_of(record("s1._domainkey.example.com", "CNAME"), record("s2._domainkey.example.com", "CNAME")),
        "DKIM",
        "error: s1._domainkey.example.com is missing; s2._domainkey.example.com is missing; add "
        "s1._domainkey.example.com CNAME s1.domainkey.u1.wl.sendgrid.net; add s2._domainkey.example.com "
        "CNAME s2.domainkey.u1.wl.sendgrid.net",
    ),
    (
        record("s2._domainkey.example.com", "CNAME", "s2.domainkey.u9.wl.sendgrid.net."),
        "DKIM",
        "error: s2._domainkey.example.com is s2.domainkey.u9.wl.sendgrid.net instead of "
        "s2.domainkey.u1.wl.sendgrid.net; change it: add s2._domainkey.example.com CNAME "
        "s2.domainkey.u1.wl.sendgrid.net",
    ),
    (
        all_of(
            record("s1._domainkey.example.com", "CNAME"),
            record("s1._domainkey.example.com.example.com", "CNAME", "s1.domainkey.u1.wl.sendgrid.net."),
        ),
        "DKIM",
        "error: s1._domainkey.example.com stands at s1._domainkey.example.com.example.com; leave the domain "
        "out of the name: it is added by itself",
    ),
    (
        txt("s2.domainkey.u1.wl.sendgrid.net", "k=rsa; p="),
        "DKIM",
        f"error: s2._domainkey.example.com leads to no key; press Verify {AUTHENTICATION}: SendGrid may be "
        "changing it",
    ),
]


EACH = [*RIGHTS, *ACCOUNT, *NAMES]


@pytest.mark.parametrize(("fault", "check", "line"), EACH, ids=[check for _, check, _ in EACH])
def test_a_fault_is_told_on_its_own_line(setting: Setting, fault: Break, check: str, line: str) -> None:
    fault(setting)
    assert setting.faults() == {check: line}


def test_without_a_dmarc_record_there_is_nothing_to_align_to(setting: Setting) -> None:
    txt("_dmarc.example.com")(setting)
    line = (
        'warning: example.com has no DMARC record; add _dmarc.example.com TXT "v=DMARC1; p=none"; Gmail, '
        "Yahoo and Outlook want it of who sends 5,000 mails a day"
    )
    assert setting.faults() == {"DMARC": line, "alignment": "skipped: there is no DMARC policy to go by"}
    setting.people = People(5000)
    assert setting.faults()["DMARC"].startswith("error: example.com has no DMARC record; add")


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (
            ("v=DMARC1; p=none", "v=DMARC1; p=reject"),
            "error: 2 DMARC records at _dmarc.example.com: receivers use none",
        ),
        (("v=DMARC1; p=maybe",), "error: the DMARC record's policy is 'maybe', not none, quarantine, reject"),
        (("v=DMARC1; p:none",), "error: `p:none` in the DMARC record is no tag"),
    ],
)
def test_a_dmarc_record_that_cant_be_used_is_told(
    setting: Setting, texts: tuple[str, ...], line: str
) -> None:
    txt("_dmarc.example.com", *texts)(setting)
    remedy = 'make it one record, such as "v=DMARC1; p=none"'
    assert setting.faults()["DMARC"] == f"{line}; {remedy}"


def test_a_strict_policy_wants_the_very_domain(setting: Setting) -> None:
    setting.account.settings.domains.clear()
    setting.account.settings.domain("example.com", default=True)
    setting.change(sender=Mailbox("producthead@news.example.com"))
    assert "alignment" not in setting.faults()
    txt("_dmarc.example.com", "v=DMARC1; p=reject; adkim=s; aspf=s")(setting)
    assert setting.faults()["alignment"] == (
        "error: mail is signed by example.com, which doesn't count for news.example.com (adkim=s); "
        f"authenticate the domain news.example.com itself {AUTHENTICATION}"
    )


def test_a_domain_that_sendgrid_has_not_found_is_told(setting: Setting) -> None:
    undo_domain(setting)
    setting.account.settings.domain("example.com", valid=False)
    assert setting.faults() == {
        "sender": "error: example.com is registered, but SendGrid has not found its DNS records; set the DNS "
        f"records below, then press Verify {AUTHENTICATION}"
    }


def test_a_single_verified_address_is_not_enough_for_dmarc(setting: Setting) -> None:
    undo_domain(setting)
    setting.account.settings.single("producthead@example.com")
    assert setting.faults() == {
        "sender": "warning: producthead@example.com is verified as a single address, so mail is signed by "
        f"sendgrid.net and fails DMARC; {AUTHENTICATE}",
        "return path": "skipped: SendGrid names no domain for this sender",
        "DKIM": "skipped: SendGrid names no domain for this sender",
        "alignment": "error: mail is signed by sendgrid.net, which doesn't count for "
        "example.com; authenticate "
        f"the domain example.com itself {AUTHENTICATION}",
    }


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (
            lambda setting: None,
            "error: SendGrid refuses mail from producthead@example.com: neither address nor domain is known; "
            f"{AUTHENTICATE}",
        ),
        (
            lambda setting: setting.account.settings.single("producthead@example.com", verified=False),
            "error: producthead@example.com is not verified yet; follow the link "
            "in the mail that SendGrid sent "
            f"there, or {AUTHENTICATE}",
        ),
        (
            lambda setting: setattr(setting.account.settings, "sender_scope", False),
            "warning: example.com is not authenticated, and the key may not ask for single senders; "
            f"{AUTHENTICATE}",
        ),
        (
            without("whitelabel.read"),
            f"skipped: the key may not ask this; give it whitelabel.read, or look {AUTHENTICATION}",
        ),
    ],
)
def test_a_sender_that_sendgrid_refuses_is_told(setting: Setting, fault: Break, line: str) -> None:
    undo_domain(setting)
    fault(setting)
    assert setting.faults()["sender"] == line


def test_a_domain_that_a_parent_account_may_have_lent_is_no_error(setting: Setting) -> None:
    undo_domain(setting)
    setting.access = Access(setting.access.key, setting.access.urls, setting.sendgrid.url)
    setting.change(sendgrid=SendGridPolicy(region="eu"))
    faults = setting.faults()
    assert faults["sender"] == (
        "warning: example.com is not among this subuser's own domains; see that its parent account has "
        f"assigned it, or {AUTHENTICATE}"
    )
    assert faults["alignment"] == "skipped: only SendGrid knows what it signs with"
    assert "DKIM" not in faults


def test_the_domain_of_a_list_of_many_is_found(setting: Setting) -> None:
    undo_domain(setting)
    for number in range(60):
        setting.account.settings.domain(f"d{number}.example.org")
    setting.account.settings.domain("example.com")
    assert "sender" not in setting.faults()


def test_a_list_of_sendgrids_needs_its_scope(setting: Setting) -> None:
    setting.change(audience=AudienceSource(sendgrid_list="b5e1f0a2-3c4d-4e5f-8a9b-0c1d2e3f4a5b"))
    without("marketing.read")(setting)
    assert setting.faults()["rights to send"].startswith("error: missing marketing.read (send, dispatch, ")


def test_a_key_that_is_refused_leaves_dns_to_what_can_be_seen_without(setting: Setting) -> None:
    setting.account.key = "SG.another"
    faults = setting.faults()
    assert faults["key"] == (
        "error: SendGrid answered 401: authorization required; copy the whole key: SG.…, 69 characters; or "
        "make a key in SendGrid under Settings > API Keys and put it into SENDGRID_API_KEY"
    )
    assert {one for one, line in faults.items() if line == "skipped: the key is refused"} == {
        *("rights to send", "rights to schedule", "rights to settle", "further rights", "credits"),
        *("sender", "unsubscribe", "content", "TLS", "suppressions", "events"),
    }
    assert {"SPF", "DKIM", "DMARC"} & set(faults) == set()
    assert faults["return path"] == "skipped: only SendGrid knows its name"


def test_a_machine_whose_address_is_not_allowed_is_told_where_to_allow_it(setting: Setting) -> None:
    broken("/v3/scopes", 403)(setting)
    assert setting.faults()["key"] == (
        "error: SendGrid answered 403: internal server error; allow this machine's address there under "
        "Settings > IP Access Management, or make a key in SendGrid under Settings > API Keys and put it "
        "into SENDGRID_API_KEY"
    )


def test_a_key_that_was_copied_badly_is_not_sent(setting: Setting) -> None:
    setting.access = Access("SG.half of it", setting.access.urls)
    assert setting.faults()["key"] == (
        "error: environment SENDGRID_API_KEY: holds spaces, line breaks or characters outside ASCII; copy "
        "the key again"
    )
    assert setting.sendgrid.seen == []


def test_the_key_of_the_other_region_is_known_for_one(setting: Setting) -> None:
    with Standin() as there:
        here = setting.account
        here.key, there.account.key = "SG.global", "SG.standin"
        setting.access.urls["eu"] = there.url  # type: ignore[index]  # a plain dict in tests
        faults = setting.faults()
    assert "key" not in faults
    assert faults["region"] == (
        "error: publication.yaml says global, but the key is one of region eu; set sendgrid.region to eu in "
        "publication.yaml"
    )
    assert faults["credits"] == "skipped: the key is refused"


def test_a_region_that_nobody_answers_for_is_skipped(setting: Setting) -> None:
    setting.change(sendgrid=SendGridPolicy(region="eu"))
    faults = setting.faults()
    assert faults["key"].startswith("skipped: 127.0.0.1:9 can't be reached (Connection refused); ")
    assert faults["credits"] == "skipped: SendGrid can't be asked"


def test_an_account_that_is_away_is_skipped(setting: Setting) -> None:
    broken("/v3/scopes", 503)(setting)
    faults = setting.faults()
    assert faults["key"] == "skipped: SendGrid answered 503: internal server error; run it again"
    assert faults["content"] == "skipped: SendGrid can't be asked"


def test_name_servers_that_are_silent_cost_one_question(setting: Setting) -> None:
    setting.names.silent, setting.question_seconds = True, 0.2
    faults = setting.faults()
    lines = {faults[one] for one in ("return path", "SPF", "DKIM", "DMARC", "alignment")}
    assert lines == {"skipped: no name server answers"}
    assert set(setting.names.asked) == {(".", "NS")}


def test_name_servers_that_know_only_their_own_network_are_no_network(setting: Setting) -> None:
    setting.names.zone.clear()
    assert setting.faults()["SPF"] == "skipped: the name server here knows only names of its own"


def test_a_name_that_its_servers_fail_for_is_skipped_and_named(setting: Setting) -> None:
    setting.names.failing = {"example.com"}
    assert setting.faults() == {"SPF": "skipped: name servers fail for example.com (SERVFAIL); run it again"}


def test_without_a_key_the_usual_keys_are_tried(setting: Setting) -> None:
    setting.access = Access("", setting.access.urls)
    assert "DKIM" not in setting.faults()
    for selector in ("s1", "s2"):
        record(f"{selector}._domainkey.example.com", "CNAME")(setting)
    assert setting.faults()["DKIM"] == (
        "warning: example.com has no keys of SendGrid's where they usually stand (s1, s2); authenticate the "
        f"domain {AUTHENTICATION}; with the key set, `doctor` asks for the names SendGrid uses"
    )


def test_the_other_clock_is_that_of_sendgrids_answers(setting: Setting) -> None:
    setting.account.clock_ahead = 600
    account = look(setting.access, "global").account
    assert account
    assert account.clock_ahead
    assert -605 < account.clock_ahead < -595


def by_hand(setting: Setting) -> None:
    """The domain without automated security: MX and TXT records of its own instead of aliases."""
    (domain,) = setting.account.settings.domains
    domain["automatic_security"] = False
    key = "k=rsa; t=s; p=MIGfMA0G"
    domain["dns"] = {
        "mail_server": {"valid": True, "type": "mx", "host": "em1.example.com", "data": "mx.sendgrid.net"},
        "subdomain_spf": {
            "valid": True,
            "type": "txt",
            "host": "em1.example.com",
            "data": "v=spf1 include:sendgrid.net ~all",
        },
        "dkim": {"valid": True, "type": "txt", "host": "m1._domainkey.example.com", "data": key},
    }
    record("em1.example.com", "CNAME")(setting)
    record("em1.example.com", "MX", "10 mx.sendgrid.net.")(setting)
    txt("em1.example.com", "v=spf1 include:sendgrid.net ~all")(setting)
    txt("m1._domainkey.example.com", "k=rsa; t=s; p=MIGf", "k=rsa; t=s; p=MIGfMA0G")(setting)


def test_a_domain_without_automated_security_has_records_of_its_own(setting: Setting) -> None:
    by_hand(setting)
    assert setting.faults() == {}
    txt("m1._domainkey.example.com", "k=rsa; t=s; p=MIGfMa0g")(setting)
    record("em1.example.com", "MX", "10 mail.example.com.")(setting)
    assert setting.faults() == {
        "return path": "error: em1.example.com is 10 mail.example.com instead of mx.sendgrid.net; change it: "
        "add em1.example.com MX mx.sendgrid.net",
        "DKIM": "error: m1._domainkey.example.com is k=rsa; t=s; p=MIGfMa0g instead of k=rsa; t=s; "
        "p=MIGfMA0G; change it: add m1._domainkey.example.com TXT k=rsa; t=s; p=MIGfMA0G",
    }


def test_an_alias_that_name_servers_flatten_is_as_good(setting: Setting) -> None:
    record("s1._domainkey.example.com", "CNAME")(setting)
    setting.names.zone["s1._domainkey.example.com", "TXT"] = setting.names.zone[
        "s1.domainkey.u1.wl.sendgrid.net", "TXT"
    ]
    assert setting.faults() == {}
