"""What a setting is, and what it is set to."""

from enum import Enum
from typing import Any

import strawberry

from app.api.filters import condition, is_given
from app.settings.kinds import Type
from app.settings.registry import Scope
from app.settings.registry import Setting as Declared


@strawberry.enum(description="What kind of value a setting takes.")
class SettingType(Enum):
    BOOLEAN = strawberry.enum_value(Type.BOOLEAN, description="Yes or no: `boolean`.")
    INT = strawberry.enum_value(Type.INT, description="A whole number: `int`.")
    FLOAT = strawberry.enum_value(Type.FLOAT, description="A number: `float`.")
    DURATION = strawberry.enum_value(Type.DURATION, description="A length of time: `seconds`.")
    CHOICE = strawberry.enum_value(Type.CHOICE, description="One of `choices`: `text`.")
    TEXT = strawberry.enum_value(Type.TEXT, description="A line of text: `text`.")
    TEXTS = strawberry.enum_value(Type.TEXTS, description="A list of texts: `texts`.")


@strawberry.enum(description="Where the value of a setting comes from.")
class SettingSource(Enum):
    DEFAULT = strawberry.enum_value("default", description="Nobody has set it.")
    SERVER = strawberry.enum_value("server", description="It is set for the whole server.")
    ENVIRONMENT = strawberry.enum_value(
        "environment", description="The server's environment fixes it: it can't be changed here."
    )
    INHERITED = strawberry.enum_value("inherited", description="A role has it on which this one builds.")
    ROLE = strawberry.enum_value("role", description="The role has it, or one of the person's roles.")
    USER = strawberry.enum_value("user", description="The person chose it.")


@strawberry.enum(description="Whose value a setting may have.")
class SettingScope(Enum):
    SERVER = strawberry.enum_value(Scope.SERVER, description="The whole server's.")
    ROLE = strawberry.enum_value(Scope.ROLE, description="A role's, for all who have it.")
    USER = strawberry.enum_value(Scope.USER, description="A person's own.")


@strawberry.type(description="A setting's value: one field, which one by the setting's `type`.")
class SettingValue:
    boolean: bool | None = strawberry.field(default=None, description="Of a BOOLEAN.")
    int_: int | None = strawberry.field(default=None, name="int", description="Of an INT.")
    float_: float | None = strawberry.field(default=None, name="float", description="Of a FLOAT.")
    seconds: float | None = strawberry.field(default=None, description="Of a DURATION.")
    text: str | None = strawberry.field(default=None, description="Of a TEXT or CHOICE.")
    texts: list[str] | None = strawberry.field(default=None, description="Of TEXTS.")

    @classmethod
    def of(cls, kind: Type, plain: Any) -> "SettingValue":
        return cls(**{_FIELDS[kind]: plain})


_FIELDS = {
    Type.BOOLEAN: "boolean",
    Type.INT: "int_",
    Type.FLOAT: "float_",
    Type.DURATION: "seconds",
    Type.CHOICE: "text",
    Type.TEXT: "text",
    Type.TEXTS: "texts",
}


@strawberry.type(description="Something about Marquee that can be set.")
class Setting:
    name: str = strawberry.field(description="Its name, by which it is changed.")
    description: str = strawberry.field(description="What it does, in English.")
    type: SettingType = strawberry.field(description="What kind of value it takes.")
    value: SettingValue = strawberry.field(description="What holds.")
    default: SettingValue = strawberry.field(description="What holds where nobody has set it.")
    source: SettingSource = strawberry.field(description="Where the value comes from.")
    scopes: list[SettingScope] = strawberry.field(description="Whose value it may have.")
    minimum: float | None = strawberry.field(description="The least that a number, or seconds, may be.")
    maximum: float | None = strawberry.field(description="The most that a number, or seconds, may be.")
    choices: list[str] | None = strawberry.field(description="What a CHOICE may be.")

    @strawberry.field(
        description="Whether it can't be changed here, since the server's environment fixes it."
    )
    def is_read_only(self) -> bool:
        return self.source is SettingSource.ENVIRONMENT

    @classmethod
    def of(cls, declared: Declared[Any], plain: Any, source: SettingSource) -> "Setting":
        kind = declared.kind
        return cls(
            name=declared.name,
            description=declared.doc,
            type=SettingType(kind.name),
            value=SettingValue.of(kind.name, plain),
            default=SettingValue.of(kind.name, declared.plain(declared.default)),
            source=source,
            scopes=[SettingScope(each) for each in Scope if each in declared.scopes],
            minimum=kind.minimum,
            maximum=kind.maximum,
            choices=list(kind.choices) if kind.choices else None,
        )


@strawberry.input(
    one_of=True,
    description="A new value: the field of the setting's `type`, or `reset` for what held before it was set.",
)
class SettingValueInput:
    boolean: bool | None = condition("For a BOOLEAN.")
    int_: int | None = condition("For an INT.", "int")
    float_: float | None = condition("For a FLOAT.", "float")
    seconds: float | None = condition("For a DURATION.")
    text: str | None = condition("For a TEXT or CHOICE.")
    texts: list[str] | None = condition("For TEXTS.")
    reset: bool | None = condition("True takes the value away, so that the next wider one holds.")

    def plain(self, kind: Type) -> Any:
        """The value as it is stored; None to take it away. Raises ValueError for another kind's."""
        if self.reset is True:
            return None
        name = _FIELDS[kind]
        value = getattr(self, name)
        if not is_given(value):
            raise ValueError(f"It must be given as `{name.rstrip('_')}`.")
        return value
