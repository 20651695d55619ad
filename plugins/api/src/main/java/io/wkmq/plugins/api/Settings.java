package io.wkmq.plugins.api;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads a plugin's settings. Each method records errors and returns the default; {@link #check} then reports all errors at
 * once, including unknown settings. Not thread-safe: read all settings in {@link Plugin#start}.
 */
public final class Settings {
    private final String prefix;
    private final Path homeDirectory;
    private final TreeMap<String, String> values;
    private final TreeSet<String> known = new TreeSet<>();
    private final List<String> errors = new ArrayList<>();

    /**
     * Creates settings from the configuration.
     *
     * @param prefix the prefix of the keys in the configuration, for error messages
     * @param homeDirectory the base of relative paths
     * @param values the values by key, without the prefix
     */
    public Settings(String prefix, Path homeDirectory, Map<String, String> values) {
        this.prefix = prefix;
        this.homeDirectory = homeDirectory;
        this.values = new TreeMap<>(values);
    }

    /** Returns the text unchanged. */
    public String text(String key, String defaultValue) {
        known.add(key);
        return values.getOrDefault(key, defaultValue);
    }

    /** Returns an integer within inclusive bounds. */
    public int integer(String key, int defaultValue, int min, int max) {
        String text = text(key, Integer.toString(defaultValue)).strip();
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below, like a number out of bounds
        }
        return wrong(key, text, "a whole number from " + min + " to " + max, defaultValue);
    }

    /** Returns a boolean, written {@code on} or {@code off}, {@code true} or {@code false}. */
    public boolean flag(String key, boolean defaultValue) {
        String text = text(key, defaultValue ? "on" : "off").strip();
        return switch (text) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            default -> wrong(key, text, "on or off", defaultValue);
        };
    }

    /** Returns an enum constant, written in lower case. */
    public <E extends Enum<E>> E choice(String key, E defaultValue) {
        String text = text(key, defaultValue.name().toLowerCase(Locale.ROOT)).strip();
        List<String> names = new ArrayList<>();
        for (E constant : defaultValue.getDeclaringClass().getEnumConstants()) {
            String name = constant.name().toLowerCase(Locale.ROOT);
            if (name.equals(text)) {
                return constant;
            }
            names.add(name);
        }
        return wrong(key, text, "one of " + String.join(", ", names), defaultValue);
    }

    /**
     * Returns a duration such as {@code 100ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d} or {@code 1h30m}, within
     * inclusive bounds.
     */
    public Duration duration(String key, Duration defaultValue, Duration min, Duration max) {
        String text = text(key, DurationText.print(defaultValue)).strip();
        Duration value = DurationText.parse(text);
        if (value != null && value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
            return value;
        }
        String expected = "a time from " + DurationText.print(min) + " to " + DurationText.print(max);
        return wrong(key, text, expected + ", such as 30s or 1h30m", defaultValue);
    }

    /** Returns a path; a relative one is resolved against the broker's home directory. */
    public Path path(String key, String defaultValue) {
        String text = text(key, defaultValue).strip();
        try {
            if (!text.isEmpty()) {
                return homeDirectory.resolve(text);
            }
        } catch (InvalidPathException e) {
            // reported below, like an empty one
        }
        return wrong(key, text, "a path", homeDirectory.resolve(defaultValue));
    }

    /** Records an error that the methods above cannot detect, such as two contradictory settings. */
    public void error(String key, String problem) {
        errors.add(prefix + key + ": " + problem);
    }

    /**
     * Completes the reading of the settings.
     *
     * @throws InvalidSettingsException if any setting is invalid or unknown
     */
    public void check() throws InvalidSettingsException {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                error(key, "there is no such setting; expected one of " + String.join(", ", known));
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidSettingsException(errors);
        }
    }

    /** Returns the keys only: values may be secret. */
    @Override
    public String toString() {
        return "Settings" + values.keySet();
    }

    private <T> T wrong(String key, String text, String expected, T defaultValue) {
        error(key, "is '" + text + "'; expected " + expected);
        return defaultValue;
    }
}
