"""Pages of the console that belong to no app, and what guards everybody's."""

from console.access import OperatorRequest, operator_view
from console.views.once import SHOW, once, token_of

__all__ = ["SHOW", "OperatorRequest", "once", "operator_view", "token_of"]
