"""Forms of pages: read with their token checked, so that no other site can send one."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from fastapi import Depends, Request

from forecaster.api.access import TOKEN_FIELD, needs, require_token
from forecaster.domain.account import Principal, Role

type Fields = Mapping[str, str]


def checked(role: Role) -> Callable[[Request, Principal], Awaitable[Fields]]:
    """Return a dependency that answers a form's fields, sent by somebody who holds `role`.

    Text is stripped; a file, or a field that came twice, is left out but for its last text.
    """

    async def fields(
        request: Request, principal: Annotated[Principal, Depends(needs(role))]
    ) -> Fields:
        form = await request.form(max_files=0, max_fields=200)
        found = {
            name: value.strip() for name, value in form.multi_items() if isinstance(value, str)
        }
        require_token(principal, found.pop(TOKEN_FIELD, ""))
        return found

    return fields


AnalystForm = Annotated[Fields, Depends(checked("analyst"))]
ReviewerForm = Annotated[Fields, Depends(checked("reviewer"))]
AdminForm = Annotated[Fields, Depends(checked("admin"))]
ViewerForm = Annotated[Fields, Depends(checked("viewer"))]
