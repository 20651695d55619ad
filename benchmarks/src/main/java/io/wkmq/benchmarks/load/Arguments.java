package io.wkmq.benchmarks.load;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The words of a command line by option, with conversion to numbers. */
final class Arguments {
    private final Map<Flag, String> values = new EnumMap<>(Flag.class);

    /** Parses the options, starting with the word at {@code from}. */
    static Arguments read(String[] words, int from) throws UsageException {
        Arguments arguments = new Arguments();
        int index = from;
        while (index < words.length) {
            index = arguments.readOne(words, index);
        }
        return arguments;
    }

    private int readOne(String[] words, int index) throws UsageException {
        String word = words[index];
        int equals = word.startsWith("--") ? word.indexOf('=') : -1;
        Flag flag = Flag.find(equals < 0 ? word : word.substring(0, equals));
        String value = "";
        int next = index + 1;
        if (equals >= 0) {
            value = word.substring(equals + 1);
        } else if (flag.takesValue()) {
            if (next == words.length) {
                throw new UsageException(flag.text() + " ends the line; expected " + flag.expected() + " behind it");
            }
            value = words[next];
            next++;
        }
        if (!flag.takesValue() && equals >= 0) {
            throw new UsageException(flag.text() + " is given the value '" + value + "'; it takes none");
        }
        if (values.put(flag, value) != null) {
            throw new UsageException(flag.text() + " is given twice; expected once");
        }
        return next;
    }

    boolean has(Flag flag) {
        return values.containsKey(flag);
    }

    @Nullable
    String text(Flag flag) {
        return values.get(flag);
    }

    String text(Flag flag, String otherwise) {
        return values.getOrDefault(flag, otherwise);
    }

    int number(Flag flag, int otherwise, int min, int max) throws UsageException {
        return (int) number(flag, (long) otherwise, min, max);
    }

    long number(Flag flag, long otherwise, long min, long max) throws UsageException {
        String text = values.get(flag);
        if (text == null) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below, with what is expected
        }
        throw new UsageException(flag.text() + " is '" + text + "'; expected a number from " + min + " to " + max);
    }

    /** Returns a positive number that need not be an integer. */
    double decimal(Flag flag, double otherwise, double max) throws UsageException {
        String text = values.get(flag);
        if (text == null) {
            return otherwise;
        }
        try {
            double value = Double.parseDouble(text);
            if (value > 0 && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below, with what is expected
        }
        throw new UsageException(flag.text() + " is '" + text + "'; expected a number above 0, at most " + max);
    }

    void set(Flag flag, String value) {
        values.put(flag, value);
    }

    void remove(Flag flag) {
        values.remove(flag);
    }

    /** Sets an option to the value that another command line has for {@code from}, if any. */
    void copy(Flag flag, Flag from, Arguments others) {
        String value = others.text(from);
        if (value != null) {
            values.put(flag, value);
        }
    }

    /** Rejects options that only scenarios take. */
    void requireNone(Flag... flags) throws UsageException {
        for (Flag flag : flags) {
            if (has(flag)) {
                throw new UsageException(flag.text() + " is given without a scenario; expected wkbench scenario NAME");
            }
        }
    }

    void excludes(Flag one, Flag other) throws UsageException {
        if (has(one) && has(other)) {
            throw new UsageException(one.text() + " and " + other.text() + " exclude each other; expected one of them");
        }
    }
}
