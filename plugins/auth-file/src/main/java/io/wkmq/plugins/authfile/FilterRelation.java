package io.wkmq.plugins.authfile;

import io.wkmq.routing.TopicFilter;
import java.util.Arrays;

/** The relation between a rule's filter and the filter that a client requests. Each relation implies the next one. */
enum FilterRelation {
    /** The rule's filter matches every topic that the requested one matches. */
    COVERS,
    /** The rule's filter matches the requested one taken as a topic with literal levels {@code +} and {@code #}, as in EMQ. */
    MATCHES_TEXT,
    /** Some topic matches both filters. */
    OVERLAPS;

    private static final byte[] ALL = {'#'};
    private static final byte[] ALL_LEVELS = {'+', '/', '#'};

    boolean holds(TopicFilter rule, TopicFilter requested) {
        byte[] mine = rule.utf8();
        byte[] theirs = requested.utf8();
        boolean apart = (wildcardFirst(mine) && reserved(theirs)) || (reserved(mine) && wildcardFirst(theirs));
        if (apart) {
            return false; // [MQTT-4.7.2-1]
        }
        if (this == COVERS && Arrays.equals(mine, ALL_LEVELS) && Arrays.equals(theirs, ALL)) {
            return true; // every topic has a first level: the only differently shaped filters with the same matches
        }
        int i = 0;
        int j = 0;
        while (true) {
            if (wildcard(mine, i, '#') || (this == OVERLAPS && wildcard(theirs, j, '#'))) {
                return true; // also if the other has just ended: "a/#" matches its parent "a" (4.7.1.2)
            }
            if (i > mine.length || j > theirs.length) {
                return i > mine.length && j > theirs.length; // no level is left
            }
            int mineTo = end(mine, i);
            int theirsTo = end(theirs, j);
            if (!holdsByWildcard(mine, i, theirs, j) && !Arrays.equals(mine, i, mineTo, theirs, j, theirsTo)) {
                return false;
            }
            i = mineTo + 1;
            j = theirsTo + 1;
        }
    }

    /** Returns whether the relation holds for a level because of a wildcard. */
    private boolean holdsByWildcard(byte[] mine, int i, byte[] theirs, int j) {
        return switch (this) {
            case COVERS -> wildcard(mine, i, '+') && !wildcard(theirs, j, '#');
            case MATCHES_TEXT -> wildcard(mine, i, '+');
            case OVERLAPS -> wildcard(mine, i, '+') || wildcard(theirs, j, '+');
        };
    }

    /** Returns whether the level at a position is the given wildcard, which always occupies a whole level. */
    private static boolean wildcard(byte[] filter, int at, char wildcard) {
        return at < filter.length && filter[at] == wildcard;
    }

    private static boolean wildcardFirst(byte[] filter) {
        return wildcard(filter, 0, '+') || wildcard(filter, 0, '#');
    }

    private static boolean reserved(byte[] filter) {
        return filter[0] == '$';
    }

    /** Returns the end of the level at a position: its slash, or the end of the filter. */
    private static int end(byte[] filter, int from) {
        int i = from;
        while (i < filter.length && filter[i] != '/') {
            i++;
        }
        return i;
    }
}
