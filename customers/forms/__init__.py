"""What operators type about customers."""

from customers.forms.customer import CustomerForm
from customers.forms.deletion import DeletionForm
from customers.forms.metadata import METADATA, metadata_forms, metadata_of

__all__ = ["METADATA", "CustomerForm", "DeletionForm", "metadata_forms", "metadata_of"]
