package io.wkmq.broker.config;

import io.wkmq.routing.TopicFilter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Topics that become others: {@code rewrite.*}.
 *
 * @param publish rules for what clients publish, in the order in which they are tried
 * @param subscribe rules for what they subscribe to and unsubscribe from, likewise
 */
public record RewriteConfig(List<Rule> publish, List<Rule> subscribe) {
    /** Nothing is rewritten. */
    public static final RewriteConfig NONE = new RewriteConfig(List.of(), List.of());

    /** Takes immutable copies of the lists. */
    public RewriteConfig {
        publish = List.copyOf(publish);
        subscribe = List.copyOf(subscribe);
    }

    /**
     * The first rule whose filter matches decides.
     *
     * @param filter which topics it is for
     * @param regex what has to be found in the topic; otherwise it stays as it is
     * @param destination the new topic: {@code $1} to {@code $9} are the groups of the regular expression, {@code %c} or
     *     <code>${clientid}</code> the client id, {@code %u} or <code>${username}</code> the user name
     */
    public record Rule(String filter, String regex, String destination) {
        private static final Pattern GROUP = Pattern.compile("\\$(\\d)");

        /** Checks the parts. */
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

        /** Whether the destination holds a wildcard, which only a filter may. */
        boolean toWildcard() {
            return destination.indexOf('+') >= 0 || destination.indexOf('#') >= 0;
        }
    }
}
