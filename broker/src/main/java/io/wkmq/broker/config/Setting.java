package io.wkmq.broker.config;

import java.util.regex.Pattern;

/**
 * One assignment as the administrator wrote it.
 *
 * @param key the key it sets
 * @param value the text of the value, without quotes
 * @param place its location: a file and line, or the environment
 * @param name the key as written there
 */
record Setting(String key, String value, String place, String name) {
    private static final Pattern SECRET = Pattern.compile("(?i)cookie|passw|secret|token\\b");
    private static final Pattern USER_OF_URL = Pattern.compile("://[^/@]*@");
    private static final int SHOWN_MAX = 80;

    /** Returns {@code place: name = value}; masks the value if it may be secret. */
    String describe() {
        return place + ": " + name + " = " + shown(key, value);
    }

    /** Returns the same for an unknown key; also masks the value if the key that was probably meant is secret. */
    String describeMeaning(String meant) {
        return place + ": " + name + " = " + shown(key + " " + meant, value);
    }

    /** Returns the printable form of a key's value. */
    static String shown(String key, String value) {
        if (SECRET.matcher(key).find()) {
            return "***";
        }
        String shown = USER_OF_URL.matcher(value).replaceAll("://***@");
        return shown.length() <= SHOWN_MAX ? shown : shown.substring(0, SHOWN_MAX) + "...";
    }
}
