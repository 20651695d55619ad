package io.wkmq.cluster.hazelcast.cp;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A model of the expected content, updated change by change, and a generator of changes such as Raft makes them. */
final class CpModel {
    private static final List<String> GROUPS = List.of("METADATA", "busy", "quiet");

    /** The generator's state of a group. */
    private record Group(int term, long snapshot, long last) {}

    private final Map<String, String> kept = new TreeMap<>();
    private final Map<String, Group> groups = new TreeMap<>();

    CpModel() {}

    CpModel(CpModel other) {
        kept.putAll(other.kept);
        groups.putAll(other.groups);
    }

    Map<String, String> kept() {
        return kept;
    }

    private static CpGroup group(String name) {
        return new CpGroup(name, 0, name.length());
    }

    private static UUID uuid(long number) {
        return new UUID(7, number);
    }

    /** The next change; quiet groups change seldom. */
    CpChange next(Random random) {
        int dice = random.nextInt(1_000);
        if (dice < 20) {
            return ofMember(random);
        }
        String name = GROUPS.get(dice < 60 ? 2 : dice < 300 ? 0 : 1);
        Group group = groups.getOrDefault(name, new Group(0, 0, 0));
        CpGroup id = group(name);
        if (group.term() == 0) {
            groups.put(name, new Group(1, group.snapshot(), group.last()));
            return new CpChange.InitialMembers(id, uuid(1), List.of(uuid(1), uuid(2), uuid(3)));
        }
        int kind = random.nextInt(100);
        if (kind < 5) {
            int term = group.term() + 1;
            groups.put(name, new Group(term, group.snapshot(), group.last()));
            return new CpChange.Term(id, term, random.nextBoolean() ? uuid(random.nextInt(3)) : null);
        }
        if (kind < 9 && group.last() > group.snapshot()) {
            long from = group.last() - random.nextInt((int) Math.min(5, group.last() - group.snapshot()));
            groups.put(name, new Group(group.term(), group.snapshot(), from - 1));
            return new CpChange.Truncation(id, from);
        }
        if (kind < 12) {
            long index = random.nextInt(8) == 0
                    ? group.last() + 5
                    : Math.max(group.snapshot() + 1, group.last() - random.nextInt(3));
            groups.put(name, new Group(group.term(), index, Math.max(index, group.last())));
            return new CpChange.Snapshot(id, group.term(), index, bytes(random, 300), 3, List.of(uuid(1), uuid(2)));
        }
        if (kind == 12 && random.nextInt(20) == 0) {
            groups.remove(name);
            return new CpChange.Removal(id);
        }
        groups.put(name, new Group(group.term(), group.snapshot(), group.last() + 1));
        return new CpChange.Entry(id, group.term(), group.last() + 1, bytes(random, 200));
    }

    private CpChange ofMember(Random random) {
        CpMember member = new CpMember(uuid(random.nextInt(9)), "127.0.0.1", 1 + random.nextInt(9_000));
        return switch (random.nextInt(9)) {
            case 0, 1, 2 -> new CpChange.LocalMember(member);
            case 3, 4, 5 -> new CpChange.ActiveMembers(random.nextInt(100), List.of(member));
            case 6 -> new CpChange.MetadataGroup(new CpGroup("METADATA", random.nextInt(100), 0));
            case 7 -> new CpChange.Outsider();
            default -> {
                if (random.nextInt(5) > 0) {
                    yield new CpChange.Outsider();
                }
                groups.clear();
                yield new CpChange.Reset();
            }
        };
    }

    private static byte[] bytes(Random random, int max) {
        byte[] bytes = new byte[random.nextInt(max)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Takes a change in. */
    CpModel apply(CpChange change) {
        if (change instanceof CpChange.Reset) {
            kept.clear();
        } else if (change instanceof CpChange.OfGroup ofGroup) {
            apply(ofGroup);
        } else {
            kept.put(change.getClass().getSimpleName(), text(change));
        }
        return this;
    }

    private void apply(CpChange.OfGroup change) {
        String prefix = change.group() + "/";
        if (change instanceof CpChange.Removal) {
            kept.keySet().removeIf(key -> key.startsWith(prefix));
        } else if (change instanceof CpChange.Truncation truncation) {
            kept.keySet().removeIf(key -> key.compareTo(entry(prefix, truncation.from())) >= 0 && isEntry(key, prefix));
        } else if (change instanceof CpChange.Entry entry) {
            kept.put(entry(prefix, entry.index()), text(change));
        } else {
            if (change instanceof CpChange.Snapshot snapshot) {
                kept.keySet()
                        .removeIf(key -> key.compareTo(entry(prefix, snapshot.index())) <= 0 && isEntry(key, prefix));
            }
            kept.put(prefix + change.getClass().getSimpleName(), text(change));
        }
    }

    private static boolean isEntry(String key, String prefix) {
        return key.startsWith(prefix + "entry");
    }

    private static String entry(String prefix, long index) {
        return String.format("%sentry%010d", prefix, index);
    }

    private static String text(CpChange change) {
        if (change instanceof CpChange.Entry entry) {
            return entry.term() + " " + entry.index() + " " + Arrays.hashCode(entry.operation());
        }
        if (change instanceof CpChange.Snapshot snapshot) {
            return snapshot.term() + " " + snapshot.index() + " " + Arrays.hashCode(snapshot.operation()) + " "
                    + snapshot.membersIndex() + snapshot.members();
        }
        return change.toString();
    }

    /** What a store kept, in the same words. */
    static Map<String, String> words(CpSlots<CpChange> slots) {
        Map<String, String> words = new TreeMap<>();
        for (Class<? extends CpChange> kind : List.of(
                CpChange.Outsider.class,
                CpChange.LocalMember.class,
                CpChange.ActiveMembers.class,
                CpChange.MetadataGroup.class)) {
            put(words, "", slots.own(kind));
        }
        slots.groups().forEach((id, group) -> {
            String prefix = id + "/";
            put(words, prefix, group.initialMembers());
            put(words, prefix, group.term());
            put(words, prefix, group.snapshot());
            group.entries().forEach((index, change) -> words.put(entry(prefix, index), text(change)));
        });
        return words;
    }

    private static void put(Map<String, String> words, String prefix, @Nullable CpChange change) {
        if (change != null) {
            words.put(prefix + change.getClass().getSimpleName(), text(change));
        }
    }
}
