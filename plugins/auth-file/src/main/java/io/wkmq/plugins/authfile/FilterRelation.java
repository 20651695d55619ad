package io.wkmq.plugins.authfile;

import io.wkmq.routing.TopicFilter;
import java.util.Arrays;

/** How a rule's filter relates to the filter that a client asks for. Each relation implies the next one. */
enum FilterRelation {
    /** The rule's filter matches every topic that the requested one matches. */
    COVERS,
    /** The rule's filter matches the requested one read as a topic whose levels happen to be {@code +} and {@code #}: EMQ's way. */
    MATCHES_TEXT,
    /** There is a topic that both match. */
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
            return true; // each topic has a first level: the one case in which filters of different shape match the
            // same
        }
        int i = 0;
        int j = 0;
        while (true) {
            if (wildcard(mine, i, '#') || (this == OVERLAPS && wildcard(theirs, j, '#'))) {
                return true; // also where the other has just ended: "a/#" matches its parent "a" (4.7.1.2)
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

    /** Whether a level holds by a wildcard. */
    private boolean holdsByWildcard(byte[] mine, int i, byte[] theirs, int j) {
        return switch (this) {
            case COVERS -> wildcard(mine, i, '+') && !wildcard(theirs, j, '#');
            case MATCHES_TEXT -> wildcard(mine, i, '+');
            case OVERLAPS -> wildcard(mine, i, '+') || wildcard(theirs, j, '+');
        };
    }

    /** Whether the level at a position is that wildcard, which always fills its level. */
    private static boolean wildcard(byte[] filter, int at, char wildcard) {
        return at < filter.length && filter[at] == wildcard;
    }

    private static boolean wildcardFirst(byte[] filter) {
        return wildcard(filter, 0, '+') || wildcard(filter, 0, '#');
    }

    private static boolean reserved(byte[] filter) {
        return filter[0] == '$';
    }

    /** Where the level at a position ends: its slash, or the end of the filter. */
    private static int end(byte[] filter, int from) {
        int i = from;
        while (i < filter.length && filter[i] != '/') {
            i++;
        }
        return i;
    }
}
