package io.wkmq.broker.ctl;

import io.wkmq.plugins.api.Command.Usage;
import java.util.List;

/** A command of {@code wkctl}, by its first word. Thread-safe: several may run at once, on threads that may wait. */
interface CtlCommand {
    /** The first word. */
    String name();

    /** Its forms, for the help. */
    List<Usage> usages();

    /**
     * Does it.
     *
     * @param arguments the words after the first one; may hold passwords, never logged
     * @throws CtlException if it cannot be done
     */
    void run(List<String> arguments, Answer answer) throws CtlException;
}
