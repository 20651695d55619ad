package io.wkmq.broker.connection;

import io.wkmq.broker.config.RewriteConfig;
import io.wkmq.plugins.api.ClientInfo;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One rule: which topics it is for and what becomes of them. Immutable. The regular expression is an administrator's, the topic
 * a client's, so what a match may cost is bounded.
 */
final class RewriteRule {
    /** What stands for a topic that the rule gives up: no topic is empty. */
    static final String NONE = "";

    /** Longer topics are given up: the JDK's matcher may need some frames of the stack for each character. */
    static final int LENGTH_MAX = 1024;
    /** How often a match may look at a character: about a millisecond. */
    static final int LOOKS_MAX = 100_000;

    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\$(?<group>\\d)|(?<client>%c|\\$\\{clientid})|(?<user>%u|\\$\\{username})");

    private final String[] filter;
    private final Pattern regex;
    private final String destination;

    RewriteRule(RewriteConfig.Rule rule) {
        this.filter = rule.filter().split("/", -1);
        this.regex = Pattern.compile(rule.regex());
        this.destination = rule.destination();
    }

    /** Whether the filter matches; a filter that a client asks for is looked at as if it were a topic. */
    boolean isFor(String topic) {
        if (topic.startsWith("$") && (filter[0].equals("#") || filter[0].equals("+"))) {
            return false; // [MQTT-4.7.2-1]
        }
        int from = 0;
        for (int i = 0; i < filter.length; i++) {
            if (filter[i].equals("#")) {
                return true;
            }
            if (from > topic.length()) {
                return false;
            }
            int slash = topic.indexOf('/', from);
            int to = slash < 0 ? topic.length() : slash;
            boolean same = filter[i].length() == to - from && topic.startsWith(filter[i], from);
            if (!same && !filter[i].equals("+")) {
                return false;
            }
            from = to + 1;
        }
        return from > topic.length();
    }

    /** The new topic; the old one if the regular expression is not found; {@link #NONE} if there is none. */
    String rewrite(String topic, ClientInfo client) {
        if (topic.length() > LENGTH_MAX) {
            return NONE;
        }
        Matcher found = regex.matcher(new BoundedText(topic));
        try {
            return found.find() ? fill(found, client) : topic;
        } catch (TooMuchWorkException e) {
            return NONE;
        }
    }

    private String fill(Matcher found, ClientInfo client) {
        StringBuilder topic = new StringBuilder();
        Matcher placeholder = PLACEHOLDER.matcher(destination);
        int from = 0;
        while (placeholder.find()) {
            topic.append(destination, from, placeholder.start());
            from = placeholder.end();
            String value = value(placeholder, found, client);
            if (value == null) {
                return NONE;
            }
            topic.append(value);
        }
        return topic.append(destination, from, destination.length()).toString();
    }

    /** What takes the place; null if it must not: a name with a separator or wildcard would reach the topics of others. */
    private static @Nullable String value(Matcher placeholder, Matcher found, ClientInfo client) {
        String group = placeholder.group("group");
        if (group != null) {
            String part = found.group(Integer.parseInt(group));
            return part == null ? "" : part;
        }
        String name = placeholder.group("client") == null ? client.userName() : client.clientId();
        boolean oneLevel = name != null && name.chars().noneMatch(c -> c == '/' || c == '+' || c == '#');
        return oneLevel ? name : null;
    }

    /** The match took longer than a client may make it take. */
    private static final class TooMuchWorkException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuchWorkException() {
            super("A regular expression looked at more than " + LOOKS_MAX + " characters", null, false, false);
        }
    }

    /** A text that can be looked at only so often. */
    private static final class BoundedText implements CharSequence {
        private final String text;
        private int looksLeft = LOOKS_MAX;

        BoundedText(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (--looksLeft < 0) {
                throw new TooMuchWorkException();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
