package io.wkmq.benchmarks.load;

import java.util.Locale;

/** Who receives whose messages. */
enum Pattern {
    /** Subscriber i receives the messages of publisher i. */
    PAIR,
    /** Every subscriber receives every message; by default there is one publisher. */
    FANOUT,
    /** Every subscriber receives every message; by default there is one subscriber. */
    FANIN,
    /** The subscribers form a share group: each message goes to one of them. */
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

    /** Returns how many of the subscribers receive each message. */
    int copies(int subscribers) {
        return this == FANOUT || this == FANIN ? subscribers : 1;
    }
}
