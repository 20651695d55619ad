package io.wkmq.broker.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to the merged configuration or a part of it. An invalid value is recorded as one error with its place and
 * replaced by the default, so that reading continues and finds the other errors. Confined to the loader.
 */
final class Values {
    /** Parses a text, or throws {@link IllegalArgumentException} that says what was expected. */
    interface Parser<T> {
        T parse(String text);
    }

    private static final String BELOW_A_VALUE = "cluster.autoheal.";

    private final Config config;
    private final Config defaults;
    private final String start;
    private final Path base;
    private final Problems problems;

    /**
     * Creates a view of all values below one key.
     *
     * @param config the merged values
     * @param defaults the values that replace invalid ones
     * @param start the prefix of keys in error messages, empty or ending in a dot
     * @param base the base of relative paths
     * @param problems receives the errors
     */
    Values(Config config, Config defaults, String start, Path base, Problems problems) {
        this.config = config;
        this.defaults = defaults;
        this.start = start;
        this.base = base;
        this.problems = problems;
    }

    String text(String key) {
        return config.getString(pathOf(key));
    }

    boolean isSet(String key) {
        return config.hasPath(pathOf(key)) && !text(key).isEmpty();
    }

    /** Returns whether the administrator set the key, as opposed to the defaults. */
    boolean isGiven(String key) {
        String path = pathOf(key);
        return config.hasPath(path)
                && !(defaults.hasPath(path)
                        && defaults.getValue(path)
                                .origin()
                                .equals(config.getValue(path).origin()));
    }

    boolean flag(String key) {
        return parse(key, Units::flag);
    }

    int integer(String key, int min, int max) {
        return parse(key, text -> {
            long number = Units.number(text);
            require(number >= min && number <= max, "a whole number from " + min + " to " + max);
            return (int) number;
        });
    }

    long bytes(String key, long min, long max) {
        return parse(key, text -> {
            long bytes = Units.bytes(text);
            require(bytes >= min && bytes <= max, "a size from " + Units.show(min) + " to " + Units.show(max));
            return bytes;
        });
    }

    Duration duration(String key, Duration min, Duration max) {
        return parse(key, text -> {
            Duration duration = Units.duration(text);
            boolean fits = duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0;
            require(fits, "a duration from " + Units.show(min) + " to " + Units.show(max));
            return duration;
        });
    }

    /** Reads a duration, or a keyword that stands for one. */
    Duration durationOr(String word, Duration meaning, String key, Duration min, Duration max) {
        return parse(key, text -> {
            if (text.equalsIgnoreCase(word)) {
                return meaning;
            }
            Duration duration = Units.duration(text);
            boolean fits = duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0;
            require(fits, word + " or a duration from " + Units.show(min) + " to " + Units.show(max));
            return duration;
        });
    }

    double percent(String key, int min, int max) {
        return parse(key, text -> {
            double share = Units.percent(text);
            require(share * 100 >= min && share * 100 <= max, "a percentage from " + min + "% to " + max + "%");
            return share;
        });
    }

    double decimal(String key, double min, double max) {
        return parse(key, text -> {
            double number;
            try {
                number = Double.parseDouble(text);
            } catch (NumberFormatException notNumber) {
                number = Double.NaN;
            }
            require(number >= min && number <= max, "a number from " + min + " to " + max);
            return number;
        });
    }

    <E extends Enum<E>> E choice(String key, Class<E> type) {
        return parse(key, text -> {
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equalsIgnoreCase(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException("expected one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", ")));
        });
    }

    /** Reads a path and makes it absolute, relative to the node's home. */
    Path path(String key) {
        return path(key, base);
    }

    /** Reads a path and makes it absolute, relative to the given directory. */
    Path path(String key, Path from) {
        return parse(key, text -> {
            require(!text.isEmpty(), "a path");
            return resolved(from, text);
        });
    }

    private static Path resolved(Path from, String text) {
        try {
            return from.resolve(text).normalize();
        } catch (InvalidPathException invalid) {
            throw new IllegalArgumentException("expected a path: " + invalid.getReason(), invalid);
        }
    }

    /** Reads the path of a readable PEM file; returns null if the key is not set. */
    @Nullable
    Path file(String key) {
        if (!isSet(key)) {
            return null;
        }
        Path file = parse(key, text -> resolved(base, text));
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            reject(key, "expected a file that can be read, there is none at " + file);
        }
        return file;
    }

    /** Reads a text that has to match a regular expression. */
    String word(String key, String regex, String expected) {
        return parse(key, text -> {
            require(text.matches(regex), expected);
            return text;
        });
    }

    /** Splits a text at commas. */
    static List<String> split(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** Reads a value with the given parser. */
    <T> T parse(String key, Parser<T> parser) {
        try {
            return parser.parse(text(key));
        } catch (IllegalArgumentException wrong) {
            reject(key, String.valueOf(wrong.getMessage()));
            return parser.parse(defaults.getString(pathOf(key)));
        }
    }

    /** Records an error about the value of a key. */
    void reject(String key, String why) {
        String text = text(key);
        String hint = text.contains(" #") ? " (a comment stands on a line of its own)" : "";
        String place = isGiven(key) ? config.getValue(pathOf(key)).origin().description() : "default: " + start + key;
        problems.error(place + " = " + Setting.shown(start + key, text) + ": " + why + hint);
    }

    /** Throws {@link IllegalArgumentException}, as {@link Parser#parse} does, unless the condition holds. */
    static void require(boolean condition, String expected) {
        if (!condition) {
            throw new IllegalArgumentException("expected " + expected);
        }
    }

    /**
     * Converts a key to a path expression of the configuration library, quoting special characters in listener names. To the
     * library a key with keys below it cannot have a value; therefore the part below such a key becomes a single path element,
     * including its dots.
     */
    static String pathOf(String key) {
        if (key.startsWith(BELOW_A_VALUE)) {
            return ConfigUtil.joinPath("cluster", key.substring("cluster.".length()));
        }
        return ConfigUtil.joinPath(List.of(key.split("\\.", -1)));
    }

    /** Records a notice for the administrator. */
    void notice(String text) {
        problems.notice(text);
    }
}
