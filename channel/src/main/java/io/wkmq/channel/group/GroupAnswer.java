package io.wkmq.channel.group;

/** What became of an operation. */
public sealed interface GroupAnswer permits AppendResult, CursorAnswer, ImportAnswer {}
