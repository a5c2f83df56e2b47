alter table held_node add column test text;
