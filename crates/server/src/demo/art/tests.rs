use std::collections::HashSet;

use super::super::catalogue::LOTS;
use super::*;

/// A sixth of the size: all paths run, and a debug build draws the catalogue in seconds.
fn small(scene: &Scene) -> RgbImage {
    draw_at(scene, 1.0 / 6.0)
}

#[test]
fn pictures_are_1200_by_900_and_the_same_every_time() {
    let scene = Scene::new(Object::Vase, 0, Backdrop::Sand);
    let picture = draw(&scene);
    assert_eq!(picture.dimensions(), (1200, 900));
    assert_eq!(picture, draw(&scene));
}

#[test]
fn every_scene_of_the_catalogue_can_be_drawn_and_no_two_are_equal() {
    let mut seen = HashSet::new();
    for (lot, scene) in
        LOTS.iter().flat_map(|lot| lot.pictures.iter().map(move |scene| (lot, scene)))
    {
        assert!(seen.insert(small(scene).into_raw()), "{}: {scene:?}", lot.title);
    }
}

#[test]
fn first_pictures_differ_in_more_than_their_backdrop() {
    let firsts = LOTS.iter().map(|lot| (lot.pictures[0].object, lot.pictures[0].finish));
    assert_eq!(firsts.collect::<HashSet<_>>().len(), LOTS.len());
}

#[test]
fn every_finish_of_every_object_can_be_drawn() {
    let objects: HashSet<_> =
        LOTS.iter().flat_map(|lot| lot.pictures).map(|scene| scene.object).collect();
    assert!(objects.len() >= 24, "{} kinds of things", objects.len());
    for object in objects {
        for finish in [1, 2, 3, u8::MAX] {
            let whole = Scene::new(object, finish, Backdrop::Linen);
            // The corners too, where shapes lie half or wholly outside.
            for scene in [whole, whole.detail(0, 0, 300), whole.detail(1200, 900, 300)] {
                assert_eq!(small(&scene).dimensions(), (200, 150), "{scene:?}");
            }
        }
    }
}
