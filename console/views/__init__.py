"""Pages of the console that belong to no app, and what guards everybody's."""

from console.access import OperatorRequest, operator_view
from console.views.once import once

__all__ = ["OperatorRequest", "once", "operator_view"]
