package io.wkmq.broker.config;

import java.util.regex.Pattern;

/**
 * One assignment as an administrator wrote it.
 *
 * @param key the key it means
 * @param value its text, without quotes
 * @param place where it stands: a file and line, or the environment
 * @param name how the key is written there
 */
record Setting(String key, String value, String place, String name) {
    private static final Pattern SECRET = Pattern.compile("(?i).*(cookie|password|passwd|secret|token)");
    private static final int SHOWN_MAX = 80;

    /** {@code place: name = value}, the value masked if it may be secret. */
    String describe() {
        return place + ": " + name + " = " + shown(key, value);
    }

    /** A value as it may be shown. */
    static String shown(String key, String value) {
        if (SECRET.matcher(key).matches()) {
            return "***";
        }
        return value.length() <= SHOWN_MAX ? value : value.substring(0, SHOWN_MAX) + "...";
    }
}
