package io.wkmq.broker.config;

import java.util.List;

/** Thrown if the configuration is invalid. Holds all errors, one line each, with place, value and what was expected. */
public final class InvalidConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The exit status of a process with an invalid configuration: EX_CONFIG of sysexits.h. */
    public static final int EXIT_STATUS = 78;

    private final List<String> errors;

    InvalidConfigException(List<String> errors) {
        super(errors.size() + (errors.size() == 1 ? " error" : " errors") + " in the configuration:\n  "
                + String.join("\n  ", errors));
        this.errors = List.copyOf(errors);
    }

    /** Returns all errors, one line each. */
    public List<String> errors() {
        return errors;
    }
}
