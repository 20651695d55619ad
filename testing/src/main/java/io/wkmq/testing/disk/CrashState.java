package io.wkmq.testing.disk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Computes the state that a power loss leaves on disk after a sequence of events. For a single use. */
final class CrashState {
    private static final int SECTOR_BYTES = 512;

    private final Loss loss;
    private final Random random;
    private final Map<Integer, List<Event>> byFile = new HashMap<>();
    private final Map<String, Integer> names = new TreeMap<>();

    CrashState(List<Event> events, Loss loss, Random random) {
        this.loss = loss;
        this.random = random;
        List<Event> nameChanges = new ArrayList<>();
        int durableNames = 0;
        for (Event event : events) {
            if (event.changesNames()) {
                nameChanges.add(event);
            } else if (event.kind() == Event.Kind.SYNC_NAMES) {
                durableNames = nameChanges.size();
            } else {
                byFile.computeIfAbsent(event.file(), f -> new ArrayList<>()).add(event);
            }
        }
        int kept = switch (loss) {
            case NOTHING -> nameChanges.size();
            case ALL -> durableNames;
            case TAIL, SOME, SECTORS -> durableNames + random.nextInt(nameChanges.size() - durableNames + 1);
        };
        nameChanges.subList(0, kept).forEach(this::apply);
    }

    private void apply(Event event) {
        switch (event.kind()) {
            case CREATE -> names.put(event.nameText(), event.file());
            case RENAME -> {
                Integer file = names.remove(event.nameText());
                if (file != null) {
                    names.put(event.newNameText(), file);
                }
            }
            case DELETE -> names.remove(event.nameText());
            case WRITE, TRUNCATE, SYNC, FAILED_SYNC, SYNC_NAMES ->
                throw new IllegalStateException("Not a change of names: " + event.kind());
        }
    }

    Map<String, Integer> names() {
        return names;
    }

    FileContent content(int file) {
        List<Event> events = byFile.getOrDefault(file, List.of());
        boolean[] durable = durable(events);
        FileContent content = new FileContent();
        int cut = cut(events, durable);
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            if (!event.changesFile()) {
                continue;
            }
            if (durable[i] || loss == Loss.NOTHING) {
                applyTo(content, event);
            } else {
                applyPart(content, event, i < cut);
            }
        }
        return content;
    }

    /** Returns, for each event, whether the next sync after it succeeded. */
    private static boolean[] durable(List<Event> events) {
        boolean[] durable = new boolean[events.size()];
        boolean next = false;
        for (int i = events.size() - 1; i >= 0; i--) {
            switch (events.get(i).kind()) {
                case SYNC -> next = true;
                case FAILED_SYNC -> next = false;
                case WRITE, TRUNCATE -> durable[i] = next;
                case CREATE, RENAME, DELETE, SYNC_NAMES -> throw new IllegalStateException("Not about a file");
            }
        }
        return durable;
    }

    private int cut(List<Event> events, boolean[] durable) {
        int first = 0;
        while (first < events.size() && (durable[first] || !events.get(first).changesFile())) {
            first++;
        }
        return first + random.nextInt(events.size() - first + 1);
    }

    private void applyPart(FileContent content, Event event, boolean beforeCut) {
        switch (loss) {
            case NOTHING, ALL -> {}
            case TAIL -> {
                if (beforeCut) {
                    applyTo(content, event);
                }
            }
            case SOME -> {
                if (random.nextBoolean()) {
                    applyTo(content, event);
                }
            }
            case SECTORS -> applySectors(content, event);
        }
    }

    private void applySectors(FileContent content, Event event) {
        if (event.kind() == Event.Kind.TRUNCATE) {
            if (random.nextBoolean()) {
                applyTo(content, event);
            }
            return;
        }
        byte[] data = event.bytes();
        int at = 0;
        while (at < data.length) {
            int inSector = (int) ((event.offset() + at) % SECTOR_BYTES);
            int count = Math.min(SECTOR_BYTES - inSector, data.length - at);
            if (random.nextBoolean()) {
                content.write(data, at, count, event.offset() + at);
            }
            at += count;
        }
    }

    private static void applyTo(FileContent content, Event event) {
        if (event.kind() == Event.Kind.WRITE) {
            content.write(event.bytes(), event.offset());
        } else {
            content.truncate(event.offset());
        }
    }
}
