package io.wkmq.plugins.authfile;

import java.util.List;

/** Thrown when a file is malformed. One message per error, each as {@code file:line:column: what is wrong; what was expected}. */
final class InvalidFileException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidFileException(List<String> errors) {
        super(String.join(System.lineSeparator(), errors));
    }
}
