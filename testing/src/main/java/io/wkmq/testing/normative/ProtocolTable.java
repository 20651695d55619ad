package io.wkmq.testing.normative;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The table in {@code docs/protocol.md}: each normative statement with the tests that name it. Immutable. */
public final class ProtocolTable {
    private static final String HEAD = """
            # Protocol conformance

            This page lists every normative statement of MQTT 5.0 and MQTT 3.1.1 with the tests that check it. A test names its
            statements with `@Normative`. The wording of the statements is our own; the numbers are those of the standards.

            This file is generated. `ProtocolTableTest` fails if the file is out of date, if a test names an unknown statement,
            or if a statement that binds the server has neither a test nor a reason for having none. To regenerate it, run
            `mvn test -pl broker -am -Dtest=ProtocolTableTest -Dsurefire.failIfNoSpecifiedTests=false -Dwkmq.docs.write=true`.
            """;

    private final Map<Standard, Map<String, Set<String>>> tests = new TreeMap<>();

    private ProtocolTable() {}

    /** Collects the annotations of test classes. */
    public static ProtocolTable of(Collection<Class<?>> testClasses) {
        ProtocolTable table = new ProtocolTable();
        for (Class<?> type : testClasses) {
            for (Method method : type.getDeclaredMethods()) {
                Normative annotation = method.getAnnotation(Normative.class);
                if (annotation != null) {
                    table.add(annotation, type.getSimpleName() + "#" + method.getName());
                }
            }
        }
        return table;
    }

    private void add(Normative annotation, String test) {
        for (Standard standard : Standard.values()) {
            for (String id : standard.named(annotation)) {
                tests.computeIfAbsent(standard, s -> new TreeMap<>())
                        .computeIfAbsent(id, i -> new TreeSet<>())
                        .add(test);
            }
        }
    }

    /** Returns the problems: statements that do not exist, lack a test, or are tested although marked as untestable. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (Standard standard : Standard.values()) {
            Set<String> unknown = new HashSet<>(named(standard).keySet());
            for (Statement statement : standard.statements()) {
                unknown.remove(statement.id());
                boolean tested = named(standard).containsKey(statement.id());
                if (statement.needsTest() && !tested) {
                    problems.add(standard.title() + " " + statement.id() + " has no test: " + statement.text());
                }
                if (!statement.untestable().isEmpty() && tested) {
                    problems.add(standard.title() + " " + statement.id() + " is tested and marked as untestable");
                }
            }
            for (String id : new TreeSet<>(unknown)) {
                problems.add(standard.title() + " has no statement " + id + ", named by "
                        + named(standard).get(id));
            }
        }
        return problems;
    }

    /** Returns the contents of the file. */
    public String markdown() {
        StringBuilder out = new StringBuilder(HEAD);
        for (Standard standard : Standard.values()) {
            List<Statement> statements = standard.statements();
            long tested = statements.stream()
                    .filter(statement -> named(standard).containsKey(statement.id()))
                    .count();
            out.append("\n## ").append(standard.title()).append("\n\n");
            out.append(statements.size()).append(" statements, ").append(tested).append(" with tests.\n\n");
            out.append("| Statement | Binds | What it demands | Tests |\n|---|---|---|---|\n");
            statements.forEach(statement -> out.append(row(standard, statement)));
        }
        return out.toString();
    }

    private String row(Standard standard, Statement statement) {
        String binds = switch (statement.binds()) {
            case SERVER -> "server";
            case CLIENT -> "client";
            case BOTH -> "both";
        };
        return "| " + statement.id() + " | " + binds + " | " + statement.text() + " | " + proof(standard, statement)
                + " |\n";
    }

    private String proof(Standard standard, Statement statement) {
        Set<String> names = named(standard).get(statement.id());
        if (names != null) {
            return "`" + String.join("`, `", names) + "`";
        }
        if (!statement.untestable().isEmpty()) {
            return "Not tested. " + statement.untestable();
        }
        return statement.needsTest() ? "**Missing**" : "Binds clients.";
    }

    private Map<String, Set<String>> named(Standard standard) {
        return tests.getOrDefault(standard, Map.of());
    }
}
