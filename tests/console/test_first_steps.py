"""The first steps of an organization: done by what is there, over with the first invoice."""

import json
import shlex

import pytest
from django.test import Client

from activity.actors import COMMAND
from organizations import clock
from tests.factories import (
    BillableMetricFactory,
    ChargeFactory,
    CustomerFactory,
    InvoiceFactory,
    PlanFactory,
    SubscriptionFactory,
)
from workflows.issue_api_key import issue_api_key

pytestmark = pytest.mark.django_db
START = "/start/"


def done(page):
    return [step.is_done for step in page.context["guide"].steps]


def test_each_step_ticks_itself_off(signed_in):
    own = {"organization": signed_in.organization}
    PlanFactory(), BillableMetricFactory(), CustomerFactory()  # of somebody else
    seen = [signed_in.get(START)]

    metric = BillableMetricFactory(**own, code="bytes", aggregation_type="sum_agg", field_name="n")
    seen.append(signed_in.get(START))
    plan = PlanFactory(**own)
    seen.append(signed_in.get(START))
    ChargeFactory(**own, plan=plan, billable_metric=metric)
    customer = CustomerFactory(**own)
    seen.append(signed_in.get(START))
    SubscriptionFactory(customer=customer, plan=plan, external_id="sub'1")
    seen.append(signed_in.get(START))

    assert [sum(done(page)) for page in seen] == [0, 1, 1, 3, 4]
    nexts = [page.context["guide"].next.url for page in seen]
    assert nexts == [
        "/metrics/new/",
        "/plans/new/",
        f"/plans/{plan.pk}/charges/new/",
        f"/customers/{customer.pk}/subscriptions/new/",
        f"/customers/{customer.pk}/usage/",
    ]
    assert [bool(page.context["guide"].examples) for page in seen] == [False] * 4 + [True]


def test_the_example_is_an_event_that_the_api_takes_and_the_last_step(signed_in):
    own = {"organization": signed_in.organization}
    metric = BillableMetricFactory(**own, code="bytes", aggregation_type="sum_agg", field_name="n")
    charge = ChargeFactory(**own, billable_metric=metric)
    SubscriptionFactory(customer=CustomerFactory(**own), plan=charge.plan, external_id="sub'1")
    _key, secret = issue_api_key(
        signed_in.organization,
        name="first",
        expires_at=None,
        actor=COMMAND,
        at=clock.now(signed_in.organization),
    )

    [(_label, command)] = signed_in.get(START).context["guide"].examples
    words = shlex.split(command.replace("\\\n", " "))
    body = words[words.index("-d") + 1]
    sent = Client().post(
        words[1].removeprefix("http://testserver").removeprefix("http://localhost:8000"),
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    guide = signed_in.get(START).context["guide"]

    assert json.loads(body)["event"]["external_subscription_id"] == "sub'1"
    assert sent.status_code == 200, sent.content
    assert (guide.done, guide.is_over, guide.next) == (5, True, None)
    assert "steps to your first invoice" not in signed_in.get("/customers/").content.decode()


def test_an_empty_organization_sees_the_guide_where_its_customers_will_be(signed_in):
    empty = signed_in.get("/customers/").content.decode()
    plans = signed_in.get("/plans/").content.decode()
    CustomerFactory(organization=signed_in.organization)
    begun = signed_in.get("/customers/").content.decode()
    searched = signed_in.get("/customers/?q=x").content.decode()
    InvoiceFactory(customer=CustomerFactory(organization=signed_in.organization))
    over = signed_in.get("/customers/").content.decode()

    assert "Steps to your first invoice" in empty
    assert 'href="/start/"' in plans
    assert "1 of 5 steps to your first invoice are done." in begun
    assert "steps to your first invoice" not in searched + over


def test_somebody_who_may_only_read_is_sent_nowhere(signed_in):
    signed_in.membership.role = "viewer"
    signed_in.membership.save()

    assert "/metrics/new/" not in signed_in.get(START).content.decode()
