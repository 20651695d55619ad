package io.wkmq.plugins.api;

import java.util.List;

/** Thrown when settings of a plugin are invalid. Reports all of them at once. */
public final class InvalidSettingsException extends PluginException {
    private static final long serialVersionUID = 1L;

    private final List<String> errors;

    /** Creates an exception with one message per invalid setting. */
    public InvalidSettingsException(List<String> errors) {
        super(String.join(System.lineSeparator(), errors));
        this.errors = List.copyOf(errors);
    }

    /** Returns one message per invalid setting. */
    public List<String> errors() {
        return errors;
    }
}
