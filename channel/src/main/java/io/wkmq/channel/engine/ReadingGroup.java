package io.wkmq.channel.engine;

/**
 * A group of readers that share the records of a channel.
 *
 * @param name the name used for its dead letters
 * @param cursor the name of its cursor, which identifies it
 * @param ordered whether one reader gets everything and the others are standby; else each record goes to any reader with demand
 */
public record ReadingGroup(String name, String cursor, boolean ordered) {}
