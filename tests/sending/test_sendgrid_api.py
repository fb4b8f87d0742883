import socket

import pytest

from producthead_mail.errors import OutsideError
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from tests.standin import Standin


@pytest.fixture
def api(sendgrid_server: Standin) -> SendGridApi:
    return SendGridApi(SendGridClient(sendgrid_server.account.key, sendgrid_server.url, 2), lambda _: None)


def test_questions_and_settings_get_their_answer(api: SendGridApi, sendgrid_server: Standin) -> None:
    made = api.call("POST", "mail/batch")
    assert made.status == 201
    batch_id = made.body["batch_id"]
    assert api.call("GET", f"mail/batch/{batch_id}").body == {"batch_id": batch_id}
    cancelled = api.call("POST", "user/scheduled_sends", body={"batch_id": batch_id, "status": "cancel"})
    assert (cancelled.status, sendgrid_server.account.scheduled) == (201, {batch_id: "cancel"})
    assert api.call("DELETE", f"user/scheduled_sends/{batch_id}").status == 204
    assert api.call("GET", "suppression/bounces", query={"limit": "500", "offset": "0"}).body == []


def test_an_answer_that_refuses_one_thing_is_an_answer(api: SendGridApi) -> None:
    assert api.call("GET", "mail/batch/unknown").status == 400
    assert api.call("GET", "nothing/here").status == 404


def test_a_key_that_is_refused_is_told_with_a_remedy(sendgrid_server: Standin) -> None:
    api = SendGridApi(SendGridClient("SG.other", sendgrid_server.url), lambda _: None)
    with pytest.raises(OutsideError, match=r"GET /v3/scopes: SendGrid answered 401.*check SENDGRID_API_KEY"):
        api.call("GET", "scopes")
    assert len(sendgrid_server.seen) == 1


def test_a_network_fault_is_tried_again_and_then_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    pauses: list[float] = []
    api = SendGridApi(SendGridClient("SG.key", f"http://127.0.0.1:{port}"), pauses.append)
    with pytest.raises(OutsideError, match=r"GET /v3/scopes: ConnectionRefusedError.*; see that SendGrid"):
        api.call("GET", "scopes")
    assert pauses == [0.5, 2.0, 5.0]


def test_no_further_try_begins_after_the_time_it_has() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    pauses: list[float] = []
    api = SendGridApi(SendGridClient("SG.key", f"http://127.0.0.1:{port}"), pauses.append)
    with pytest.raises(OutsideError):
        api.call("GET", "scopes", within=1.0)
    assert pauses == [0.5]
