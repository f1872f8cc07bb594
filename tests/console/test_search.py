"""Search finds anything of the organization, by name or id, from one character."""

from __future__ import annotations

from typing import Any

from console.search import search
from tests.factories import (
    AT,
    CouponFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    SubscriptionFactory,
)  # fmt: skip


def found(organization: Any, term: str) -> dict[str, list[str]]:
    return {kind.title: [hit.label for hit in kind.hits] for kind in search(organization, term)}


def test_everything_is_found_by_any_of_its_names(db: None) -> None:
    organization = OrganizationFactory()
    customer = CustomerFactory(organization=organization, name="HP", external_id="cus-q7z")
    subscription = SubscriptionFactory(customer=customer, external_id="sub-q7z")
    PlanFactory(organization=organization, name="Scale", code="pq7z")

    assert found(organization, "h") == {"Customers": ["HP"]}
    assert found(organization, "q7z") == {
        "Customers": ["HP"],
        "Subscriptions": ["sub-q7z"],
        "Plans": ["Scale"],
    }
    assert found(organization, str(subscription.pk)) == {"Subscriptions": ["sub-q7z"]}
    assert found(organization, "coup") == {"Go to": ["Coupons"]}
    assert len(found(organization, "")["Go to"]) == 13


def test_nothing_of_another_organization_is_found(db: None) -> None:
    other = CustomerFactory(name="HP")
    CouponFactory(organization=other.organization, name="HP")

    assert found(OrganizationFactory(), "HP") == {}
    assert found(OrganizationFactory(), str(other.pk)) == {}


def test_a_deleted_customer_is_found_and_said_to_be_deleted(db: None) -> None:
    customer = CustomerFactory(name="Gone", external_id="g", deleted_at=AT)

    (kind,) = search(customer.organization, "gone")

    assert [(hit.detail, hit.url) for hit in kind.hits] == [
        ("g (deleted)", f"/customers/{customer.pk}/")
    ]


def test_odd_terms_are_only_terms(signed_in: Any) -> None:
    for term in ["%", "_", "'; --", "\x00", "a" * 3000, "<script>alert(1)</script>"]:
        answer = signed_in.get("/search/", {"q": term})

        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_search_costs_one_query_a_kind(signed_in: Any, django_assert_num_queries: Any) -> None:
    CustomerFactory.create_batch(3, organization=signed_in.organization, name="HP")

    with django_assert_num_queries(8):
        search(signed_in.organization, "HP")
