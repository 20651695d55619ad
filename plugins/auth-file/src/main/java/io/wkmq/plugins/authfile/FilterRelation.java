package io.wkmq.plugins.authfile;

import io.wkmq.routing.TopicFilter;

/** How a rule's filter relates to the filter that a client asks for. Each relation implies the next one. */
enum FilterRelation {
    /** The rule's filter matches every topic that the requested one matches. */
    COVERS,
    /** The rule's filter matches the requested one read as a topic whose levels happen to be {@code +} and {@code #}: EMQ's way. */
    MATCHES_TEXT,
    /** There is a topic that both match. */
    OVERLAPS;

    boolean holds(TopicFilter rule, TopicFilter requested) {
        boolean apart = (wildcardFirst(rule) && reserved(requested)) || (reserved(rule) && wildcardFirst(requested));
        if (apart) {
            return false; // [MQTT-4.7.2-1]
        }
        if (this == COVERS && rule.text().equals("+/#") && requested.text().equals("#")) {
            return true; // each topic has a first level: the one case in which filters of different shape match the
            // same
        }
        String[] mine = levels(rule);
        String[] theirs = levels(requested);
        for (int i = 0; ; i++) {
            if (at(mine, i, "#") || (this == OVERLAPS && at(theirs, i, "#"))) {
                return true; // also where the other has just ended: "a/#" matches its parent "a" (4.7.1.2)
            }
            if (i == mine.length || i == theirs.length) {
                return mine.length == theirs.length;
            }
            if (!levelHolds(mine[i], theirs[i])) {
                return false;
            }
        }
    }

    private boolean levelHolds(String mine, String theirs) {
        if (mine.equals(theirs)) {
            return true;
        }
        return switch (this) {
            case COVERS -> mine.equals("+") && !theirs.equals("#");
            case MATCHES_TEXT -> mine.equals("+");
            case OVERLAPS -> mine.equals("+") || theirs.equals("+");
        };
    }

    private static boolean at(String[] levels, int index, String level) {
        return index < levels.length && levels[index].equals(level);
    }

    private static boolean reserved(TopicFilter filter) {
        return filter.text().startsWith("$");
    }

    private static boolean wildcardFirst(TopicFilter filter) {
        char first = filter.text().charAt(0);
        return first == '+' || first == '#';
    }

    private static String[] levels(TopicFilter filter) {
        return filter.text().split("/", -1);
    }
}
