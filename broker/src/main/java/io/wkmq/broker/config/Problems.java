package io.wkmq.broker.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong and what is worth a notice, so that an administrator sees all at once. Confined to the loader. */
final class Problems {
    private final List<String> errors = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    void error(String text) {
        errors.add(text);
    }

    void notice(String text) {
        notices.add(text);
    }

    List<String> errors() {
        return List.copyOf(errors);
    }

    List<String> notices() {
        return List.copyOf(notices);
    }
}
