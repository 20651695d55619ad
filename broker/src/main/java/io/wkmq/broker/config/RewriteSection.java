package io.wkmq.broker.config;

import io.wkmq.broker.config.RewriteConfig.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Reads {@code rewrite.pub.<number>} and {@code rewrite.sub.<number>}. Confined to the loader. */
final class RewriteSection {
    private static final Pattern KEY = Pattern.compile("rewrite\\.(pub|sub)\\.\\d{1,4}");
    private static final String PUBLISH = "rewrite.pub.";
    private static final String EXPECTED =
            "expected a topic filter, a regular expression and a topic between spaces, as"
                    + " in x/# ^x/y/(.+)$ z/y/$1";

    private final Problems problems;

    RewriteSection(Problems problems) {
        this.problems = problems;
    }

    static boolean matches(String key) {
        return KEY.matcher(key).matches();
    }

    /** Returns the rules, highest number first, which is the order in which EMQ tries them. */
    RewriteConfig read(List<Setting> settings) {
        List<Rule> publish = new ArrayList<>();
        List<Rule> subscribe = new ArrayList<>();
        settings.stream()
                .sorted(Comparator.comparingInt(RewriteSection::number).reversed())
                .forEach(setting -> read(setting, setting.key().startsWith(PUBLISH), publish, subscribe));
        return new RewriteConfig(publish, subscribe);
    }

    private static int number(Setting setting) {
        return Integer.parseInt(setting.key().substring(PUBLISH.length()));
    }

    private void read(Setting setting, boolean ofPublish, List<Rule> publish, List<Rule> subscribe) {
        String[] parts = setting.value().split("\\s+", -1);
        if (parts.length != 3) {
            problems.error(setting.describe() + ": " + EXPECTED);
            return;
        }
        try {
            Rule rule = new Rule(parts[0], parts[1], parts[2]);
            if (ofPublish && rule.toWildcard()) {
                problems.error(setting.describe() + ": " + rule.destination() + " has a wildcard; " + EXPECTED);
            } else {
                (ofPublish ? publish : subscribe).add(rule);
            }
        } catch (IllegalArgumentException e) {
            problems.error(setting.describe() + ": " + e.getMessage());
        }
    }
}
