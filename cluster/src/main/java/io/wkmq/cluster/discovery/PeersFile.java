package io.wkmq.cluster.discovery;

import io.wkmq.cluster.file.DurableFile;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of nodes that were met, so that a node finds the others after a restart whatever became of the strategy's directory.
 * Includes nodes that were given up, marked as such: they may have given this node up too, and then neither side would find the
 * other. Lines of text, most recently met last; at most {@value #PEERS_MAX} of either kind, of which those met longest ago are
 * forgotten first. An unreadable line does not prevent the start: the file is set aside as {@code peers.damaged}. Confined to one
 * thread at a time.
 */
final class PeersFile {
    static final int PEERS_MAX = 1024;

    private static final int FILE_BYTES_MAX = 2 << 20;
    private static final String HEADER = "wkmq-peers 1";
    private static final String FOUNDED = "founded";
    private static final String GIVEN_UP = "given-up";
    private static final Logger log = LoggerFactory.getLogger(PeersFile.class);

    private final Path file;
    private final DurableFile durable;
    private final Map<NodeId, KnownPeer> peers = new LinkedHashMap<>();
    private final Map<NodeId, KnownPeer> givenUp = new LinkedHashMap<>();
    private boolean founded;
    private @Nullable String damage;
    private @Nullable String writeFailure;

    /**
     * Reads the file, if it exists.
     *
     * @throws IOException if it exists but cannot be read at all
     */
    PeersFile(Path file) throws IOException {
        this.durable = new DurableFile(file);
        this.file = durable.path();
        if (durable.exists()) {
            read();
        }
    }

    List<KnownPeer> peers() {
        return List.copyOf(peers.values());
    }

    /** Returns the nodes that are no longer expected back. If they return they keep their identity. */
    List<KnownPeer> givenUp() {
        return List.copyOf(givenUp.values());
    }

    boolean founded() {
        return founded;
    }

    /** Returns what is wrong with the file, or null. */
    @Nullable
    String trouble() {
        return writeFailure == null ? damage : writeFailure;
    }

    /** Repeats a failed write, if there was one. */
    void retry() {
        if (writeFailure != null) {
            write();
        }
    }

    void met(KnownPeer peer) {
        NodeId id = peer.node().id();
        if (peer.equals(peers.get(id))) {
            return;
        }
        KnownPeer known = peers.remove(id);
        KnownPeer before = known == null ? givenUp.remove(id) : known;
        if (before != null && !before.equals(peer)) {
            log.info(
                    "Node {} at {} is the one that was {} at {} id={}",
                    peer.node().name(),
                    peer.address(),
                    before.node().name(),
                    before.address(),
                    id);
        }
        add(peers, peer);
        write();
    }

    /** Marks a node as no longer expected back, though it may come back. */
    void gaveUp(NodeId id) {
        KnownPeer peer = peers.remove(id);
        if (peer != null) {
            add(givenUp, peer);
            write();
        }
    }

    void removed(NodeId id) {
        if (peers.remove(id) != null || givenUp.remove(id) != null) { // in at most one of them
            write();
        }
    }

    private static void add(Map<NodeId, KnownPeer> peers, KnownPeer peer) {
        peers.put(peer.node().id(), peer);
        if (peers.size() > PEERS_MAX) {
            peers.remove(peers.keySet().iterator().next());
        }
    }

    void markFounded() {
        if (!founded) {
            founded = true;
            write();
        }
    }

    private void read() throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(FILE_BYTES_MAX + 1);
        }
        List<String> wrong = new ArrayList<>();
        if (bytes.length > FILE_BYTES_MAX) {
            wrong.add("it has more than " + FILE_BYTES_MAX + " bytes");
        } else {
            String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
            if (!lines[0].equals(HEADER)) {
                wrong.add("line 1 is '" + shown(lines[0]) + "', expected '" + HEADER + "'");
            }
            for (int i = 1; i < lines.length; i++) {
                line(i + 1, lines[i], wrong);
            }
        }
        if (!wrong.isEmpty()) {
            setAside(wrong);
        }
    }

    private void line(int number, String line, List<String> wrong) {
        if (line.isEmpty()) {
            return;
        }
        if (line.equals(FOUNDED)) {
            founded = true;
            return;
        }
        String[] words = line.split(" ", -1);
        try {
            boolean gone = words.length == 4 && words[3].equals(GIVEN_UP);
            if (words.length != 3 && !gone) {
                throw new IllegalArgumentException("it has " + words.length + " words");
            }
            Node node = new Node(new NodeId(UUID.fromString(words[0])), NodeName.parse(words[1]));
            HostPort hostPort = HostPort.parse(words[2]);
            add(gone ? givenUp : peers, new KnownPeer(node, new SeedAddress(hostPort.host(), hostPort.port())));
        } catch (IllegalArgumentException garbage) {
            wrong.add("line " + number + " is '" + shown(line) + "', expected <uuid> <name@host> <host:port>, "
                    + GIVEN_UP + " behind it if so");
        }
    }

    private void setAside(List<String> wrong) throws IOException {
        Path aside = durable.setAside();
        log.warn(
                "The file of known nodes is damaged and set aside, {} nodes of it are kept: {} file={} aside={} lines={}",
                peers.size() + givenUp.size(),
                wrong.get(0),
                file,
                aside,
                wrong.size());
        write();
        damage = "it was damaged (" + wrong.get(0) + "), see " + aside;
    }

    /** Writes the whole file atomically: a crash leaves the old file or the new one. */
    private void write() {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        if (founded) {
            text.append(FOUNDED).append('\n');
        }
        givenUp.values()
                .forEach(peer -> line(text, peer).append(' ').append(GIVEN_UP).append('\n'));
        peers.values().forEach(peer -> line(text, peer).append('\n'));
        try {
            durable.replace(text.toString().getBytes(StandardCharsets.UTF_8));
            writeFailure = null;
        } catch (IOException e) {
            if (writeFailure == null) {
                log.warn("The file of known nodes cannot be written, it is tried again file={}", file, e);
            }
            writeFailure = "it cannot be written: " + e;
        }
    }

    private static StringBuilder line(StringBuilder text, KnownPeer peer) {
        return text.append(peer.node().id())
                .append(' ')
                .append(peer.node().name())
                .append(' ')
                .append(peer.address());
    }

    private static String shown(String line) {
        String printable = line.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() <= 80 ? printable : printable.substring(0, 80) + "...";
    }
}
