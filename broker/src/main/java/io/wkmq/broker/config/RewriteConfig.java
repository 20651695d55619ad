package io.wkmq.broker.config;

import io.wkmq.routing.TopicFilter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The topic rewrite rules: {@code rewrite.*}.
 *
 * @param publish the rules for topics that clients publish to, in the order in which they are tried
 * @param subscribe the rules for filters that clients subscribe to or unsubscribe from, likewise
 */
public record RewriteConfig(List<Rule> publish, List<Rule> subscribe) {
    /** No rules. */
    public static final RewriteConfig NONE = new RewriteConfig(List.of(), List.of());

    /** Takes immutable copies of the lists. */
    public RewriteConfig {
        publish = List.copyOf(publish);
        subscribe = List.copyOf(subscribe);
    }

    /**
     * A rewrite rule. The first rule whose filter matches decides.
     *
     * @param filter the topics that the rule applies to
     * @param regex the expression to find in the topic; if it is not found, the topic is unchanged
     * @param destination the new topic: {@code $1} to {@code $9} are the groups of the regular expression, {@code %c} or
     *     <code>${clientid}</code> the client id, {@code %u} or <code>${username}</code> the user name
     */
    public record Rule(String filter, String regex, String destination) {
        private static final Pattern GROUP = Pattern.compile("\\$(\\d)");

        /** Validates the parts. */
        public Rule {
            TopicFilter.of(filter);
            int groups = groups(regex);
            Matcher used = GROUP.matcher(destination);
            while (used.find()) {
                int group = Integer.parseInt(used.group(1));
                if (group == 0 || group > groups) {
                    throw new IllegalArgumentException(
                            used.group() + " stands for no group of " + regex + "; expected $1 to $" + groups);
                }
            }
        }

        private static int groups(String regex) {
            try {
                return Pattern.compile(regex).matcher("").groupCount();
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "the regular expression is malformed at " + e.getIndex() + ": " + e.getDescription(), e);
            }
        }

        /** Returns whether the destination contains a wildcard, which is allowed only in a filter. */
        boolean toWildcard() {
            return destination.indexOf('+') >= 0 || destination.indexOf('#') >= 0;
        }
    }
}
