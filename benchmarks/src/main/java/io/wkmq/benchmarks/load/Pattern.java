package io.wkmq.benchmarks.load;

import java.util.Locale;

/** Who gets whose messages. */
enum Pattern {
    /** Subscriber i gets the messages of publisher i. */
    PAIR,
    /** Every subscriber gets every message; by default of one publisher. */
    FANOUT,
    /** Every subscriber gets every message; by default there is one subscriber. */
    FANIN,
    /** The subscribers are a share group: one of them gets a message. */
    SHARE;

    static Pattern parse(String text) throws UsageException {
        for (Pattern pattern : values()) {
            if (pattern.text().equals(text)) {
                return pattern;
            }
        }
        throw new UsageException("--pattern is '" + text + "'; expected pair, fanout, fanin or share");
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How many of these subscribers get a message. */
    int copies(int subscribers) {
        return this == FANOUT || this == FANIN ? subscribers : 1;
    }
}
