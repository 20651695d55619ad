package io.wkmq.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random topic names and filters that often share levels, and what the standard says about their matching. */
final class Topics {
    private static final String[] LEVELS = {"", "a", "b", "aa", "ab", "ü", "€uro", "$x", "sensor-17", "😀"};
    private static final int DEEP_MAX = 6;

    private final Random random;

    Topics(Random random) {
        this.random = random;
    }

    TopicName name() {
        while (true) {
            String text = String.join("/", levels());
            if (!text.isEmpty()) {
                return TopicName.of(text);
            }
        }
    }

    TopicFilter filter() {
        while (true) {
            List<String> levels = levels();
            for (int i = 0; i < levels.size(); i++) {
                if (random.nextInt(3) == 0) {
                    levels.set(i, "+");
                }
            }
            if (random.nextInt(4) == 0) {
                levels.set(levels.size() - 1, "#");
            }
            String text = String.join("/", levels);
            if (!text.isEmpty()) {
                return TopicFilter.of(text);
            }
        }
    }

    private List<String> levels() {
        List<String> levels = new ArrayList<>();
        int deep = 1 + random.nextInt(DEEP_MAX);
        for (int i = 0; i < deep; i++) {
            levels.add(LEVELS[random.nextInt(LEVELS.length)]);
        }
        return levels;
    }

    /** Section 4.7 of the standard, level by level. */
    static boolean standardMatches(String filter, String name) {
        if (name.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"))) {
            return false;
        }
        return standardMatches(List.of(filter.split("/", -1)), List.of(name.split("/", -1)));
    }

    private static boolean standardMatches(List<String> filter, List<String> name) {
        if (filter.isEmpty()) {
            return name.isEmpty();
        }
        String first = filter.get(0);
        if (first.equals("#")) {
            return true;
        }
        return !name.isEmpty()
                && (first.equals("+") || first.equals(name.get(0)))
                && standardMatches(filter.subList(1, filter.size()), name.subList(1, name.size()));
    }
}
