package io.wkmq.routing;

import java.util.Arrays;

/**
 * Operations on the levels of topic names and topic filters in UTF-8. A position is the index of the first byte of a level;
 * {@code length} is the position of an empty last level, as in {@code a/}, and {@code length + 1} means that no level is left. Pure
 * functions without recursion that look at each byte once.
 */
final class Levels {
    private Levels() {}

    /** Returns where the level that starts at {@code from} ends: the index of its slash, or the end of the text. */
    static int end(byte[] text, int from) {
        int i = from;
        while (i < text.length && text[i] != '/') {
            i++;
        }
        return i;
    }

    /** Returns the number of levels of a text; at least one. */
    static int count(byte[] text) {
        int count = 1;
        for (byte b : text) {
            if (b == '/') {
                count++;
            }
        }
        return count;
    }

    /**
     * Returns a hash of a range. The multiplier is as secret as the seed, so that clients cannot choose colliding levels; the upper
     * bits are the best.
     */
    static int hash(long seed, byte[] text, int from, int to) {
        long multiplier = seed | 1;
        long hash = seed;
        for (int i = from; i < to; i++) {
            hash = (hash ^ text[i]) * multiplier;
        }
        hash ^= hash >>> 32;
        hash *= 0xD6E8FEB86659FD93L;
        return (int) (hash >>> 32);
    }

    /** Returns whether the level {@code [from, to)} of one text equals the level of another that starts at {@code other}. */
    static boolean same(byte[] text, int from, int to, byte[] otherText, int other) {
        int otherEnd = other + to - from;
        return otherEnd <= otherText.length
                && (otherEnd == otherText.length || otherText[otherEnd] == '/')
                && Arrays.equals(text, from, to, otherText, other, otherEnd);
    }

    /** Returns whether the rest of a filter matches the rest of a name. */
    static boolean matches(byte[] filter, int filterFrom, byte[] name, int nameFrom) {
        int f = filterFrom;
        int n = nameFrom;
        while (f <= filter.length) {
            if (wildcard(filter, f, '#')) {
                return true; // also when no level is left: "a/#" matches "a" (4.7.1.2)
            }
            if (n > name.length) {
                return false;
            }
            if (wildcard(filter, f, '+')) {
                f += 2;
                n = end(name, n) + 1;
            } else {
                int to = end(filter, f);
                if (!same(filter, f, to, name, n)) {
                    return false;
                }
                n += to - f + 1;
                f = to + 1;
            }
        }
        return n > name.length;
    }

    /**
     * Matches the levels {@code [from, to)} of a filter, none of which is {@code #}, with the next levels of a name.
     *
     * @return the name's position behind them, or -1 if they do not match
     */
    static int skipName(byte[] filter, int from, int to, byte[] name, int nameFrom) {
        int f = from;
        int n = nameFrom;
        while (f <= to) {
            if (n > name.length) {
                return -1;
            }
            if (wildcard(filter, f, '+')) {
                f += 2;
                n = end(name, n) + 1;
            } else {
                int levelEnd = end(filter, f);
                if (!same(filter, f, levelEnd, name, n)) {
                    return -1;
                }
                n += levelEnd - f + 1;
                f = levelEnd + 1;
            }
        }
        return n;
    }

    /**
     * Matches the levels {@code [from, to)} of a name with the next levels of a filter.
     *
     * @return the filter's position behind them, the position of its {@code #} if that was reached, or -1 if they do not match
     */
    static int skipFilter(byte[] filter, int filterFrom, byte[] name, int from, int to) {
        int f = filterFrom;
        int n = from;
        while (n <= to) {
            if (f > filter.length) {
                return -1;
            }
            if (wildcard(filter, f, '#')) {
                return f;
            }
            int levelEnd = end(name, n);
            if (wildcard(filter, f, '+')) {
                f += 2;
            } else if (same(name, n, levelEnd, filter, f)) {
                f += levelEnd - n + 1;
            } else {
                return -1;
            }
            n = levelEnd + 1;
        }
        return f;
    }

    /** Returns whether the level of a filter at that position is the wildcard; a wildcard always fills its level. */
    static boolean wildcard(byte[] filter, int at, char wildcard) {
        return at < filter.length && filter[at] == wildcard;
    }

    /**
     * Returns where the common levels of two texts end, from a position on; at least the first level is common.
     *
     * @param oneEnd the end of the relevant levels of the first text
     * @param otherEnd the end of the relevant levels of the other text
     */
    static int commonEnd(byte[] one, int oneEnd, byte[] other, int otherEnd, int from) {
        int shorter = Math.min(oneEnd, otherEnd);
        int i = Arrays.mismatch(one, from, shorter, other, from, shorter);
        if (i < 0) {
            byte[] longer = oneEnd == shorter ? other : one;
            if (oneEnd == otherEnd || longer[shorter] == '/') {
                return shorter;
            }
            i = shorter - from;
        }
        int end = from + i - 1;
        while (one[end] != '/') {
            end--;
        }
        return end;
    }
}
