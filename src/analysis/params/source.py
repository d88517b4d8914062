"""Where a run's tables come from, as the run file names it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class ReadOptions(BaseModel):
    """How a file of the source is read, where its ending does not say enough."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["parquet", "csv", "text"] | None = Field(
        default=None, description="By default the file's ending decides."
    )
    separator: str = Field(
        default=",",
        description="The character between two values, or 'whitespace' for any run of blanks.",
    )
    header: tuple[str, ...] | None = Field(
        default=None, description="Column names, for a file whose first line is data already."
    )
    encoding: str = Field(default="utf-8", description="utf-8, gbk, gb18030, latin-1 …")
    date_format: str | None = Field(
        default=None, description="strptime format of the dates, %Y%m%d for 20251231."
    )


class TableMapping(BaseModel):
    """From the bank's own names to the contract's, for one table."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    origin: str | None = Field(
        default=None,
        alias="from",
        description="File in the folder, or table of the connection; by default the table's name.",
    )
    read: ReadOptions = ReadOptions()
    columns: dict[str, str] = Field(
        default_factory=dict, description="The contract's column: the bank's own column."
    )


class SourceSettings(BaseModel):
    """A folder of Parquet, CSV or text files, or a connection by Ibis URL.

    A url may name secrets as ``${NAME}``; they stay unresolved here and in every
    dump, and are looked up in the environment at the moment of connecting.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path | None = Field(
        default=None, description="A folder of tables, relative to the run file's own folder."
    )
    url: str | None = Field(
        default=None,
        description="A connection by Ibis URL: postgres://user:${DB_PASSWORD}@host/db.",
    )
    memory_gb: Annotated[float, Field(gt=0, le=1024)] = Field(
        default=4.0, description="Memory that the engine on this machine may use."
    )
    tables: dict[str, TableMapping] = Field(
        default_factory=dict, description="Only tables whose names differ need an entry."
    )

    @model_validator(mode="after")
    def _one_origin(self) -> SourceSettings:
        if (self.folder is None) == (self.url is None):
            raise ValueError("a source names either 'folder' or 'url'")
        return self
