package io.wkmq.broker.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Collects errors and notices, so that an administrator sees all of them at once. Confined to the loader. */
final class Problems {
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final List<String> errors = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    void error(String text) {
        errors.add(printable(text));
    }

    void notice(String text) {
        notices.add(printable(text));
    }

    /** Masks control characters, which a terminal might interpret as commands. */
    private static String printable(String text) {
        return CONTROL.matcher(text).replaceAll("?");
    }

    List<String> errors() {
        return List.copyOf(errors);
    }

    List<String> notices() {
        return List.copyOf(notices);
    }
}
