package io.wkmq.plugins.api;

import java.util.List;

/** A command of {@code wkctl}. Called on the plugin's own threads, one call at a time; may block for some seconds. */
public interface Command {
    /** The first word, such as {@code users}. */
    String name();

    /** One entry per form of the command, for the help. */
    List<Usage> usages();

    /**
     * Does it.
     *
     * @param arguments the words after the name; may hold passwords, never log them
     * @return what to print, without a line end after it
     * @throws CommandException if it cannot be done; the text is printed, and the exit code is 1
     */
    String run(List<String> arguments) throws CommandException;

    /**
     * One form of a command.
     *
     * @param form such as {@code users add <Name> <Password>}
     * @param description what it does, in a few words
     */
    record Usage(String form, String description) {}
}
