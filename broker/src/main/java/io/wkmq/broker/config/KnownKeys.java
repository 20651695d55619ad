package io.wkmq.broker.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys that exist. Suggests the nearest one for an unknown key. Immutable. */
final class KnownKeys {
    private static final Pattern LISTENER =
            Pattern.compile("listener\\.(tcp|ssl|ws|wss|unix)\\.([A-Za-z0-9_-]+)(?:\\.(.+))?");
    private static final Pattern ACCESS = Pattern.compile("access\\.\\d{1,4}");
    private static final Pattern LISTENER_START = Pattern.compile("(listener\\.[^.]+\\.[^.]+)(\\..*)?");

    private final SortedSet<String> plain;
    private final SortedSet<String> ofListener;

    /**
     * Creates the set of keys.
     *
     * @param plain full keys
     * @param ofListener the keys allowed below {@code listener.<protocol>.<name>.}
     */
    KnownKeys(Set<String> plain, Set<String> ofListener) {
        this.plain = new TreeSet<>(plain);
        this.ofListener = new TreeSet<>(ofListener);
    }

    boolean contains(String key) {
        Matcher listener = LISTENER.matcher(key);
        if (!listener.matches()) {
            return plain.contains(key);
        }
        String below = listener.group(3);
        return below == null
                || ofListener.contains(below)
                || ACCESS.matcher(below).matches();
    }

    /** Returns whether the key is a listener's address. */
    static boolean isListener(String key) {
        Matcher listener = LISTENER.matcher(key);
        return listener.matches() && listener.group(3) == null;
    }

    /** Returns the known key that is most similar to an unknown one, or null if none is similar enough. */
    @Nullable
    String nearest(String unknown) {
        String wanted = unknown.toLowerCase(Locale.ROOT);
        record Candidate(String key, int distance) {}
        return candidates(wanted).stream()
                .map(key -> new Candidate(key, distance(wanted, key)))
                .filter(candidate -> candidate.distance <= Math.max(3, wanted.length() / 4))
                .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::key))
                .map(Candidate::key)
                .orElse(null);
    }

    private List<String> candidates(String wanted) {
        List<String> candidates = new ArrayList<>(plain);
        candidates.add("rewrite.pub.1");
        candidates.add("rewrite.sub.1");
        List<String> listeners = new ArrayList<>();
        Matcher start = LISTENER_START.matcher(wanted);
        if (start.matches() && isListener(start.group(1))) {
            listeners.add(start.group(1));
        } else {
            for (String protocol : List.of("tcp", "ssl", "ws", "wss", "unix")) {
                listeners.add("listener." + protocol + ".external");
            }
        }
        for (String listener : listeners) {
            candidates.add(listener);
            ofListener.forEach(below -> candidates.add(listener + "." + below));
            candidates.add(listener + ".access.1");
        }
        return candidates;
    }

    /** Returns the edit distance of two keys. If only the last parts match, the wrong path counts as two edits. */
    private static int distance(String wanted, String key) {
        int whole = edits(wanted, key);
        int lastParts = 2 + edits(lastPart(wanted), lastPart(key));
        return Math.min(whole, lastParts);
    }

    private static String lastPart(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    /** Returns the Levenshtein distance, counting a swap of neighbours as one edit. */
    private static int edits(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], 1 + cost[i - 2][j - 2]);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
