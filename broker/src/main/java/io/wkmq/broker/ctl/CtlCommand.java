package io.wkmq.broker.ctl;

import io.wkmq.plugins.api.Command.Usage;
import java.util.List;

/**
 * A command of {@code wkctl}, identified by its first word. Thread-safe: several may run concurrently, on threads that may
 * block.
 */
interface CtlCommand {
    /** Returns the first word. */
    String name();

    /** Returns the forms of the command, for the help. */
    List<Usage> usages();

    /**
     * Runs the command.
     *
     * @param arguments the words after the first one; never logged since they may contain passwords
     * @throws CtlException if the command fails
     */
    void run(List<String> arguments, Answer answer) throws CtlException;
}
