package io.wkmq.channel.group;

/** The result of an operation. */
public sealed interface GroupAnswer permits AppendResult, CursorAnswer, ImportAnswer {}
