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
    private static final Pattern SECRET = Pattern.compile("(?i)cookie|passw|secret|token\\b");
    private static final Pattern USER_OF_URL = Pattern.compile("://[^/@]*@");
    private static final int SHOWN_MAX = 80;

    /** {@code place: name = value}, the value masked if it may be secret. */
    String describe() {
        return place + ": " + name + " = " + shown(key, value);
    }

    /** The same for a key that does not exist: what it was meant to be may be secret. */
    String describeMeaning(String meant) {
        return place + ": " + name + " = " + shown(key + " " + meant, value);
    }

    /** A value as it may be shown, given its key. */
    static String shown(String key, String value) {
        if (SECRET.matcher(key).find()) {
            return "***";
        }
        String shown = USER_OF_URL.matcher(value).replaceAll("://***@");
        return shown.length() <= SHOWN_MAX ? shown : shown.substring(0, SHOWN_MAX) + "...";
    }
}
