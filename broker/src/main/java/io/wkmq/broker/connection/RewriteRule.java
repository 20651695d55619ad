package io.wkmq.broker.connection;

import io.wkmq.broker.config.RewriteConfig;
import io.wkmq.plugins.api.ClientInfo;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One rewrite rule: the topics it applies to and what they become. Immutable. The regular expression is an administrator's but
 * the topic a client's, so the cost of a match is bounded.
 */
final class RewriteRule {
    /** The result for a topic that the rule rejects; distinct from every topic, since none is empty. */
    static final String NONE = "";

    /** Most characters of a topic; longer ones are rejected, because the JDK's matcher may use several stack frames per character. */
    static final int LENGTH_MAX = 1024;
    /** Most character accesses of one match; they take about a millisecond. */
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

    /** Returns whether the rule's filter matches; a filter that a client subscribes to is treated like a topic. */
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

    /** Returns the rewritten topic; {@code topic} itself if the regular expression does not match, {@link #NONE} if it is rejected. */
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

    /** Returns the placeholder's value; null if unusable: a name with a separator or wildcard would reach other clients' topics. */
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

    /** Thrown when a match exceeds {@link #LOOKS_MAX}. */
    private static final class TooMuchWorkException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuchWorkException() {
            super("A regular expression looked at more than " + LOOKS_MAX + " characters", null, false, false);
        }
    }

    /** A text whose characters can be accessed only a limited number of times. */
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
