package io.wkmq.plugins.api;

import java.util.List;

/** A {@code wkctl} command. Called on the plugin's own threads, one call at a time; may block for some seconds. */
public interface Command {
    /** Returns the first word of the command, such as {@code users}. */
    String name();

    /** Returns one entry per form of the command, for the help text. */
    List<Usage> usages();

    /**
     * Executes the command.
     *
     * @param arguments the words after the name; may contain passwords, never log them
     * @return the output, without a trailing line break
     * @throws CommandException if the command fails; its message is printed, and the exit code is 1
     */
    String run(List<String> arguments) throws CommandException;

    /**
     * One form of a command.
     *
     * @param form the syntax, such as {@code users add <Name> <Password>}
     * @param description a short description
     */
    record Usage(String form, String description) {}
}
