package io.wkmq.plugins.api;

import java.util.List;

/** Settings of a plugin are wrong. Names all of them at once. */
public final class InvalidSettingsException extends PluginException {
    private static final long serialVersionUID = 1L;

    private final List<String> errors;

    /** One text per wrong setting. */
    public InvalidSettingsException(List<String> errors) {
        super(String.join(System.lineSeparator(), errors));
        this.errors = List.copyOf(errors);
    }

    /** One text per wrong setting. */
    public List<String> errors() {
        return errors;
    }
}
