//! The lots a demonstration house opens with: what a regional auction house might well have in a
//! week. Everything here is made up; the pictures are drawn by [`super::art`].

use super::art::{Backdrop, Object, Scene};

/// One lot of the demonstration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DemoLot {
    /// 3 to 120 characters.
    pub title: &'static str,
    /// Plain text with condition and dimensions.
    pub description: &'static str,
    /// Slug of the category.
    pub category: &'static str,
    /// Where bidding starts, in cents.
    pub starting_price_cents: i64,
    /// What the seller wants at least, in cents; at least the starting price.
    pub reserve_cents: Option<i64>,
    /// A fixed step in cents; none means the house's table.
    pub increment_cents: Option<i64>,
    /// Seconds from the filling of the house to the end of the lot.
    pub ends_in_s: u32,
    /// Bids already made, in the order in which they are placed.
    pub bids: &'static [DemoBid],
    /// Pictures, the first of them the one in lists.
    pub pictures: &'static [Scene],
}

/// A bid on a demonstration lot; each is valid under the house's rules when its turn comes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DemoBid {
    /// Which of the six demonstration bidders, 0 to 5.
    pub bidder: u8,
    /// The bid in cents.
    pub amount_cents: i64,
    /// Where the bidder left an automatic bid, its maximum in cents.
    pub max_cents: Option<i64>,
}

const fn bid(bidder: u8, amount_cents: i64, max_cents: Option<i64>) -> DemoBid {
    DemoBid { bidder, amount_cents, max_cents }
}

/// The demonstration's lots, those that end first at the head.
pub(crate) static LOTS: &[DemoLot] = &[
    DemoLot {
        title: "A 35 mm rangefinder camera, mid-1950s",
        description: "A coupled-rangefinder camera with a fixed 45 mm lens, in satin chrome \
            and black leatherette. The shutter runs at all speeds by ear, though the slowest \
            hesitate; the rangefinder patch is faint but usable. A little brassing at the \
            strap lugs and a tiny nick in the leatherette by the self-timer. Width 14 cm. \
            Sold untested with film.",
        category: "technology",
        starting_price_cents: 6_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 240,
        bids: &[
            bid(0, 6_000, None),
            bid(3, 6_100, Some(9_500)),
            bid(1, 6_200, None),
            bid(4, 6_400, Some(11_000)),
            bid(2, 9_700, None),
            bid(3, 10_000, Some(17_000)),
        ],
        pictures: &[
            Scene::new(Object::Camera, 0, Backdrop::Linen),
            Scene::new(Object::Camera, 0, Backdrop::Linen).detail(600, 480, 190),
            Scene::new(Object::Camera, 0, Backdrop::Slate),
        ],
    },
    DemoLot {
        title: "Studio pottery vase with a tenmoku glaze",
        description: "A thrown stoneware vase of swelling form, the iron-black glaze \
            breaking to rust at the lip and running short of the foot to show the toasted \
            clay. Impressed seal to the base, not identified. One firing fleck under the \
            shoulder, otherwise excellent. Height 27 cm.",
        category: "ceramics",
        starting_price_cents: 4_500,
        reserve_cents: Some(8_000),
        increment_cents: None,
        ends_in_s: 420,
        bids: &[
            bid(1, 4_500, None),
            bid(2, 4_600, Some(6_000)),
            bid(5, 4_700, None),
            bid(0, 4_900, Some(13_000)),
            bid(2, 8_100, Some(10_000)),
            bid(5, 13_250, None),
        ],
        pictures: &[
            Scene::new(Object::Vase, 0, Backdrop::Sand),
            Scene::new(Object::Vase, 0, Backdrop::Sand).detail(600, 620, 220),
            Scene::new(Object::Vase, 0, Backdrop::Slate),
        ],
    },
    DemoLot {
        title: "An English mahogany mantel clock, arched case",
        description: "The arched case strung in boxwood with a shell patera below the dial, \
            the eight-day movement striking the hours on a gong. White dial with baton hours \
            and blued hands. Running when catalogued; the strike wants regulating. Old \
            shrinkage crack to the plinth. Height 38 cm.",
        category: "furniture",
        starting_price_cents: 18_000,
        reserve_cents: Some(32_000),
        increment_cents: None,
        ends_in_s: 660,
        bids: &[
            bid(3, 18_000, None),
            bid(0, 18_250, Some(26_000)),
            bid(4, 18_500, None),
            bid(2, 19_250, Some(38_000)),
            bid(5, 32_500, Some(34_000)),
        ],
        pictures: &[
            Scene::new(Object::MantelClock, 0, Backdrop::Sage),
            Scene::new(Object::MantelClock, 0, Backdrop::Sage).detail(600, 420, 200),
        ],
    },
    DemoLot {
        title: "A silver teapot of squat baluster form",
        description: "Hallmarked silver, the shoulder chased with flutes, ebonised handle \
            and finial, on a spreading foot. Marks rubbed but legible under the base; 612 g \
            gross. A small bruise below the spout and light surface scratches from use. \
            Length handle to spout 27 cm.",
        category: "silver",
        starting_price_cents: 24_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 960,
        bids: &[
            bid(2, 24_000, None),
            bid(5, 24_250, Some(30_000)),
            bid(1, 24_500, None),
            bid(3, 25_500, Some(42_000)),
            bid(5, 42_500, None),
        ],
        pictures: &[
            Scene::new(Object::Teapot, 0, Backdrop::Slate),
            Scene::new(Object::Teapot, 0, Backdrop::Slate).detail(590, 430, 200),
            Scene::new(Object::Teapot, 0, Backdrop::Blush),
        ],
    },
    DemoLot {
        title: "Jointed teddy bear, golden mohair, about 1930",
        description: "Fully jointed at the neck, shoulders and hips, with glass eyes, \
            stitched nose and felt pads; later silk bow. The fur is thin on the muzzle and \
            one pad has been neatly patched. No label. He still growls faintly when tipped. \
            Height 41 cm seated.",
        category: "toys",
        starting_price_cents: 5_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 1_320,
        bids: &[
            bid(4, 5_000, None),
            bid(1, 5_100, Some(9_000)),
            bid(0, 5_200, None),
            bid(4, 5_400, Some(14_000)),
            bid(5, 9_200, None),
        ],
        pictures: &[
            Scene::new(Object::TeddyBear, 0, Backdrop::Fog),
            Scene::new(Object::TeddyBear, 0, Backdrop::Fog).detail(600, 300, 200),
        ],
    },
    DemoLot {
        title: "Part case of vintage port, eight bottles",
        description: "Original wooden case, lid absent, capsules and wax seals sound, levels \
            into the neck on six bottles and base of neck on two. Labels a little \
            bin-soiled. Removed from a north-facing cellar in which the case had lain for \
            some thirty years.",
        category: "wine",
        starting_price_cents: 28_000,
        reserve_cents: Some(45_000),
        increment_cents: None,
        ends_in_s: 1_680,
        bids: &[
            bid(0, 28_000, None),
            bid(3, 28_500, Some(40_000)),
            bid(2, 29_000, None),
            bid(4, 30_000, Some(52_000)),
            bid(3, 45_500, Some(48_000)),
            bid(5, 49_000, Some(50_000)),
            bid(5, 53_000, None),
        ],
        pictures: &[
            Scene::new(Object::PortCase, 0, Backdrop::Sand),
            Scene::new(Object::PortCase, 0, Backdrop::Sand).detail(960, 560, 190),
            Scene::new(Object::PortCase, 0, Backdrop::Umber),
        ],
    },
    DemoLot {
        title: "Cello bow, silver mounted",
        description: "The round stick of reddish-brown wood, ebony frog with pearl eye, \
            three-part button and silver-thread lapping. Straight, with strong camber; \
            unbranded. Weight 79 g with hair. The hair is old and thumb leather worn, so \
            allow for a rehair.",
        category: "instruments",
        starting_price_cents: 32_000,
        reserve_cents: Some(60_000),
        increment_cents: None,
        ends_in_s: 2_700,
        bids: &[
            bid(1, 32_000, None),
            bid(4, 32_500, Some(42_000)),
            bid(2, 33_000, None),
            bid(5, 34_500, Some(56_000)),
            bid(0, 43_000, None),
        ],
        pictures: &[
            Scene::new(Object::CelloBow, 0, Backdrop::Fog),
            Scene::new(Object::CelloBow, 0, Backdrop::Fog).detail(290, 630, 260),
            Scene::new(Object::CelloBow, 0, Backdrop::Umber),
        ],
    },
    DemoLot {
        title: "Danish-style teak easy chair, 1960s",
        description: "Solid teak frame with shaped arms, the loose cushions recovered in \
            moss-green wool some years ago. The frame is tight; one arm has a pale ring from \
            a glass. Webbing replaced. Width 70 cm, height 80 cm.",
        category: "furniture",
        starting_price_cents: 12_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 4_200,
        bids: &[
            bid(5, 12_000, None),
            bid(0, 12_250, Some(18_000)),
            bid(3, 12_500, None),
            bid(1, 13_000, Some(26_000)),
            bid(5, 26_500, None),
        ],
        pictures: &[
            Scene::new(Object::Chair, 0, Backdrop::Linen),
            Scene::new(Object::Chair, 0, Backdrop::Linen).detail(440, 470, 200),
            Scene::new(Object::Chair, 0, Backdrop::Fog),
        ],
    },
    DemoLot {
        title: "Linocut, ‘Heron at first light’, signed in pencil",
        description: "Colour linocut in two blues and ochre, signed and numbered 12 of 40 in \
            pencil below the image. Good margins, colours fresh, a faint mount line at the \
            edge of the sheet. Ebonised frame, glazed. Image 20 by 24 cm.",
        category: "art",
        starting_price_cents: 4_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 6_000,
        bids: &[bid(2, 4_000, None), bid(4, 4_100, Some(5_500)), bid(1, 4_200, None)],
        pictures: &[
            Scene::new(Object::Print, 0, Backdrop::Linen),
            Scene::new(Object::Print, 0, Backdrop::Linen).detail(600, 390, 200),
        ],
    },
    DemoLot {
        title: "Brass-mounted telescope on a tripod stand",
        description: "Three-draw refracting telescope with mahogany-veneered barrel, 60 mm \
            objective, on a folding table tripod. The image is clear with slight edge \
            softness; the second draw is stiff. Some lacquer lost where hands have been. \
            Length extended 92 cm.",
        category: "technology",
        starting_price_cents: 15_000,
        reserve_cents: Some(22_000),
        increment_cents: None,
        ends_in_s: 9_000,
        bids: &[
            bid(0, 15_000, None),
            bid(2, 15_250, Some(19_000)),
            bid(5, 15_500, None),
            bid(3, 16_250, Some(30_000)),
            bid(1, 22_250, Some(23_000)),
            bid(5, 30_500, None),
        ],
        pictures: &[
            Scene::new(Object::Telescope, 0, Backdrop::Slate),
            Scene::new(Object::Telescope, 0, Backdrop::Slate).detail(380, 470, 210),
            Scene::new(Object::Telescope, 0, Backdrop::Linen),
        ],
    },
    DemoLot {
        title: "Gentleman’s gold wristwatch, manual wind",
        description: "A slim 33 mm case in 9 ct gold, silvered dial with applied batons and \
            subsidiary seconds, on a later tan strap. Winds, sets and runs; not timed. Case \
            back engraved with initials and a date in 1961. Light scratches to the crystal.",
        category: "jewellery",
        starting_price_cents: 26_000,
        reserve_cents: Some(38_000),
        increment_cents: None,
        ends_in_s: 10_800,
        bids: &[
            bid(4, 26_000, None),
            bid(1, 26_500, Some(34_000)),
            bid(0, 27_000, None),
            bid(5, 28_500, Some(46_000)),
            bid(2, 38_500, Some(40_000)),
        ],
        pictures: &[
            Scene::new(Object::Wristwatch, 0, Backdrop::Fog),
            Scene::new(Object::Wristwatch, 0, Backdrop::Fog).detail(600, 450, 220),
            Scene::new(Object::Wristwatch, 0, Backdrop::Ink),
        ],
    },
    DemoLot {
        title: "Map of a coast and its islands, hand-coloured",
        description: "An eighteenth-century copper engraving, hills and rivers shown and the \
            shires laid in wash, compass rose and neat-line border. Two vertical folds as \
            issued, light even toning and a short closed tear in the lower margin. Sheet 56 \
            by 44 cm, unframed.",
        category: "books",
        starting_price_cents: 7_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 14_400,
        bids: &[bid(3, 7_000, None), bid(2, 7_100, None)],
        pictures: &[
            Scene::new(Object::Map, 1, Backdrop::Fog),
            Scene::new(Object::Map, 1, Backdrop::Fog).detail(700, 400, 240),
        ],
    },
    DemoLot {
        title: "A Victorian chest of two short and three long drawers",
        description: "Mahogany, with swan-neck brass handles of a later date and bracket \
            feet. Oak-lined drawers that run well. The top is sun-faded with an old ink \
            spot, and one foot is replaced. Width 104 cm, depth 50 cm, height 97 cm. \
            Collection or carrier only.",
        category: "furniture",
        starting_price_cents: 15_000,
        reserve_cents: Some(20_000),
        increment_cents: None,
        ends_in_s: 21_600,
        bids: &[bid(1, 15_000, None), bid(3, 15_250, None)],
        pictures: &[
            Scene::new(Object::Chest, 0, Backdrop::Fog),
            Scene::new(Object::Chest, 0, Backdrop::Fog).detail(440, 420, 210),
        ],
    },
    DemoLot {
        title: "Portable typewriter in sage-green enamel",
        description: "A four-bank portable of about 1957 with its original ribbon spools. \
            All keys strike and return, the bell rings and the margins hold; it would be \
            better for a new ribbon. Paint chips to the lower front edge. No case. Width 31 \
            cm.",
        category: "technology",
        starting_price_cents: 3_500,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 28_800,
        bids: &[
            bid(5, 3_500, None),
            bid(1, 3_600, None),
            bid(0, 3_700, Some(6_000)),
            bid(4, 3_800, None),
            bid(5, 6_100, None),
        ],
        pictures: &[
            Scene::new(Object::Typewriter, 0, Backdrop::Blush),
            Scene::new(Object::Typewriter, 0, Backdrop::Blush).detail(600, 580, 210),
            Scene::new(Object::Typewriter, 0, Backdrop::Sand),
        ],
    },
    DemoLot {
        title: "Madder-red rug with indigo medallion",
        description: "Hand-knotted wool on cotton, a stepped medallion on a madder field \
            within a main border of flowering vine. Even low pile, the fringes slightly \
            short, one moth graze of 3 cm in a corner. Washed last year. 196 by 128 cm.",
        category: "textiles",
        starting_price_cents: 22_000,
        reserve_cents: Some(40_000),
        increment_cents: None,
        ends_in_s: 36_000,
        bids: &[
            bid(2, 22_000, None),
            bid(0, 22_250, Some(30_000)),
            bid(4, 22_500, None),
            bid(3, 23_250, Some(36_000)),
        ],
        pictures: &[
            Scene::new(Object::Rug, 0, Backdrop::Fog),
            Scene::new(Object::Rug, 0, Backdrop::Fog).detail(600, 450, 260),
            Scene::new(Object::Rug, 0, Backdrop::Fog).detail(270, 240, 260),
        ],
    },
    DemoLot {
        title: "Sapphire and diamond three-stone ring",
        description: "A cushion-cut sapphire of about 1.8 ct between two old-cut diamonds, \
            claw set in yellow gold, marked 18ct. The sapphire is bright with faint silk; no \
            report. Finger size N. In a fitted leatherette box, not original to it.",
        category: "jewellery",
        starting_price_cents: 65_000,
        reserve_cents: Some(90_000),
        increment_cents: None,
        ends_in_s: 50_400,
        bids: &[
            bid(1, 65_000, None),
            bid(5, 66_000, Some(80_000)),
            bid(3, 67_000, None),
            bid(0, 70_000, Some(110_000)),
            bid(2, 91_000, Some(95_000)),
            bid(5, 112_500, None),
        ],
        pictures: &[
            Scene::new(Object::Ring, 0, Backdrop::Fog),
            Scene::new(Object::Ring, 0, Backdrop::Fog).detail(600, 320, 240),
            Scene::new(Object::Ring, 0, Backdrop::Ink),
        ],
    },
    DemoLot {
        title: "Full-rigged ship model on stand",
        description: "A carefully built scratch model of a three-master, the hull planked \
            and painted, with linen sails and thread rigging. Some lines slack and one yard \
            re-glued. On a stained plinth with brass cradles. Length 88 cm, height 74 cm.",
        category: "toys",
        starting_price_cents: 14_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 72_000,
        bids: &[
            bid(4, 14_000, None),
            bid(2, 14_250, Some(18_000)),
            bid(1, 14_500, None),
            bid(5, 15_000, Some(24_000)),
        ],
        pictures: &[
            Scene::new(Object::ShipModel, 0, Backdrop::Slate),
            Scene::new(Object::ShipModel, 0, Backdrop::Slate).detail(600, 300, 190),
            Scene::new(Object::ShipModel, 0, Backdrop::Linen),
        ],
    },
    DemoLot {
        title: "First edition, novel of the sea, gilt cloth",
        description: "Original red cloth blocked in gilt with a ship in full sail, 1902. \
            Octavo, 344 pages with the half-title; contents clean, some spotting to the \
            first and last leaves. Spine ends bumped, inner hinge starting. No inscriptions.",
        category: "books",
        starting_price_cents: 9_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 93_600,
        bids: &[
            bid(0, 9_000, None),
            bid(3, 9_100, Some(12_000)),
            bid(5, 9_200, None),
            bid(5, 12_250, None),
        ],
        pictures: &[
            Scene::new(Object::Book, 0, Backdrop::Sand),
            Scene::new(Object::Book, 0, Backdrop::Sand).detail(600, 430, 190),
        ],
    },
    DemoLot {
        title: "Violin, full size, amber varnish",
        description: "A good trade instrument of about 1900, two-piece back, the belly of \
            close grain under an amber varnish. Old repaired crack from the lower treble \
            f-hole, secure. Set up with synthetic-core strings and ready to play. Length of \
            back 35.8 cm; no label.",
        category: "instruments",
        starting_price_cents: 28_000,
        reserve_cents: Some(42_000),
        increment_cents: None,
        ends_in_s: 108_000,
        bids: &[
            bid(2, 28_000, None),
            bid(4, 28_500, Some(34_000)),
            bid(1, 29_000, None),
            bid(0, 30_000, None),
        ],
        pictures: &[
            Scene::new(Object::Violin, 0, Backdrop::Linen),
            Scene::new(Object::Violin, 0, Backdrop::Linen).detail(500, 500, 210),
            Scene::new(Object::Violin, 0, Backdrop::Ink),
        ],
    },
    DemoLot {
        title: "Terrestrial table globe, 30 cm",
        description: "Printed gores in parchment tones on a turned rosewood-stained stand, \
            brass half-meridian. Rubbing along the equator and a patch of old varnish loss \
            in the southern ocean. Turns freely. Height 51 cm.",
        category: "technology",
        starting_price_cents: 8_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 122_400,
        bids: &[
            bid(5, 8_000, None),
            bid(2, 8_100, Some(11_000)),
            bid(3, 8_200, None),
            bid(5, 11_250, None),
        ],
        pictures: &[
            Scene::new(Object::Globe, 0, Backdrop::Umber),
            Scene::new(Object::Globe, 0, Backdrop::Umber).detail(600, 330, 190),
        ],
    },
    DemoLot {
        title: "Patchwork quilt, flying geese in indigo",
        description: "Hand-pieced cottons in five shades of indigo on cream, hand-quilted in \
            diagonal squares, with a striped border. Soft from washing, three small patches \
            thinning and one neat old repair. No stains. 190 by 170 cm.",
        category: "textiles",
        starting_price_cents: 6_500,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 144_000,
        bids: &[],
        pictures: &[
            Scene::new(Object::Quilt, 0, Backdrop::Linen),
            Scene::new(Object::Quilt, 0, Backdrop::Linen).detail(480, 400, 230),
        ],
    },
    DemoLot {
        title: "Pair of weathered stone garden urns",
        description: "Reconstituted stone, each with swags above a gadrooned base, well \
            grown with moss and lichen. One has a chip to the rim, the other an old frost \
            crack that does not go through. Height 62 cm, diameter 58 cm. Heavy: two people \
            and a van.",
        category: "furniture",
        starting_price_cents: 16_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 165_600,
        bids: &[bid(0, 16_000, None), bid(4, 16_250, Some(20_000)), bid(2, 16_500, None)],
        pictures: &[
            Scene::new(Object::Urns, 0, Backdrop::Sage),
            Scene::new(Object::Urns, 0, Backdrop::Sage).detail(408, 520, 210),
        ],
    },
    DemoLot {
        title: "Green glass and brass desk lamp",
        description: "A student’s desk lamp with a cased green shade and pull cord, rewired \
            with braided flex and fitted with a modern plug. Brass lightly pitted at the \
            foot, shade without chips. Height 44 cm. Works.",
        category: "furniture",
        starting_price_cents: 4_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 172_800,
        bids: &[bid(1, 4_000, None), bid(5, 4_100, Some(7_000)), bid(2, 7_100, None)],
        pictures: &[
            Scene::new(Object::Lamp, 0, Backdrop::Umber),
            Scene::new(Object::Lamp, 0, Backdrop::Umber).detail(600, 330, 190),
        ],
    },
    DemoLot {
        title: "Silver open-faced pocket watch with chain",
        description: "Keyless lever movement, white dial, subsidiary seconds, the case \
            hallmarked and engine-turned to the back. Runs for a minute and stops, so sold \
            for repair. With a graduated curb chain, also marked. Diameter 50 mm.",
        category: "jewellery",
        starting_price_cents: 7_500,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 190_800,
        bids: &[bid(3, 7_500, None), bid(0, 7_600, None), bid(2, 7_700, Some(10_000))],
        pictures: &[
            Scene::new(Object::PocketWatch, 1, Backdrop::Ink),
            Scene::new(Object::PocketWatch, 1, Backdrop::Ink).detail(540, 480, 200),
            Scene::new(Object::PocketWatch, 1, Backdrop::Umber),
        ],
    },
    DemoLot {
        title: "Evening at sea, oil on board",
        description: "A fishing smack homeward bound under a broken sky, painted with a \
            loaded brush. Unsigned; inscribed on the back in chalk with a number from an \
            earlier sale. Gilt composition frame with small losses at two corners. 46 by 32 \
            cm in sight.",
        category: "art",
        starting_price_cents: 11_000,
        reserve_cents: Some(18_000),
        increment_cents: None,
        ends_in_s: 205_200,
        bids: &[
            bid(4, 11_000, None),
            bid(1, 11_250, Some(15_000)),
            bid(5, 11_500, None),
            bid(5, 15_250, None),
        ],
        pictures: &[
            Scene::new(Object::Painting, 0, Backdrop::Sage),
            Scene::new(Object::Painting, 0, Backdrop::Sage).detail(560, 420, 210),
        ],
    },
    DemoLot {
        title: "Tourer bicycle, lugged steel frame, green",
        description: "A 57 cm frame of the early 1970s with drop bars, leather saddle, \
            mudguards and lamp. New tyres and cables; gears change cleanly. Paint touched in \
            on the top tube. Ready to ride.",
        category: "technology",
        starting_price_cents: 12_000,
        reserve_cents: None,
        increment_cents: Some(500),
        ends_in_s: 223_200,
        bids: &[
            bid(2, 12_000, None),
            bid(0, 12_500, Some(15_000)),
            bid(3, 13_000, None),
            bid(1, 14_000, None),
        ],
        pictures: &[
            Scene::new(Object::Bicycle, 0, Backdrop::Linen),
            Scene::new(Object::Bicycle, 0, Backdrop::Linen).detail(560, 480, 200),
            Scene::new(Object::Bicycle, 0, Backdrop::Sand),
        ],
    },
    DemoLot {
        title: "Cultured pearl necklace, graduated",
        description: "A single row of cream cultured pearls of 4 to 8 mm with good lustre, \
            knotted, on a gold clasp set with three small blue stones. Restrung two years \
            ago. Length 46 cm.",
        category: "jewellery",
        starting_price_cents: 9_500,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 259_200,
        bids: &[],
        pictures: &[
            Scene::new(Object::Pearls, 0, Backdrop::Slate),
            Scene::new(Object::Pearls, 0, Backdrop::Slate).detail(760, 620, 230),
        ],
    },
    DemoLot {
        title: "Celadon bottle vase",
        description: "Porcelain of pear form under a soft grey-green glaze with fine specks, \
            twentieth century. The foot ring cleanly cut and unglazed. A minute flea-bite to \
            the lip that you find with a fingernail. Height 31 cm.",
        category: "ceramics",
        starting_price_cents: 7_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 273_600,
        bids: &[bid(5, 7_000, None), bid(3, 7_100, None)],
        pictures: &[
            Scene::new(Object::Vase, 1, Backdrop::Slate),
            Scene::new(Object::Vase, 1, Backdrop::Slate).detail(600, 220, 240),
        ],
    },
    DemoLot {
        title: "Steel-string guitar, spruce top",
        description: "A parlour-size flat-top, mahogany back and sides, rosewood board and \
            bridge. Frets with plenty of life, neck straight, action a comfortable 2.4 mm at \
            the twelfth. Some pick wear beside the rosette. With a soft bag.",
        category: "instruments",
        starting_price_cents: 13_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 295_200,
        bids: &[
            bid(0, 13_000, None),
            bid(4, 13_250, Some(17_000)),
            bid(1, 13_500, None),
            bid(2, 14_000, Some(23_000)),
            bid(5, 23_250, None),
        ],
        pictures: &[
            Scene::new(Object::Guitar, 0, Backdrop::Slate),
            Scene::new(Object::Guitar, 0, Backdrop::Slate).detail(450, 450, 200),
        ],
    },
    DemoLot {
        title: "Twin-lens reflex camera, 6 by 6 cm",
        description: "Medium-format reflex with matched 75 mm lenses; taking lens clear, \
            viewing lens with a trace of haze. Shutter fires at all marked speeds. The hood \
            springs open as it should and the screen is bright. Leather lifting at one \
            corner.",
        category: "technology",
        starting_price_cents: 8_500,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 324_000,
        bids: &[bid(1, 8_500, None), bid(2, 8_600, Some(11_000)), bid(4, 8_700, None)],
        pictures: &[
            Scene::new(Object::TwinLensCamera, 0, Backdrop::Sand),
            Scene::new(Object::TwinLensCamera, 0, Backdrop::Sand).detail(600, 470, 190),
        ],
    },
    DemoLot {
        title: "Eight volumes of history in tree calf",
        description: "Mixed set of leather-bound history, eighteenth and early nineteenth \
            century, with raised bands and red morocco labels. Joints of two volumes cracked \
            but holding, text blocks clean. Handsome on the shelf and readable too. Heights \
            21 to 26 cm.",
        category: "books",
        starting_price_cents: 12_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 345_600,
        bids: &[
            bid(3, 12_000, None),
            bid(5, 12_250, Some(16_000)),
            bid(0, 12_500, None),
            bid(2, 16_250, None),
        ],
        pictures: &[
            Scene::new(Object::Book, 1, Backdrop::Linen),
            Scene::new(Object::Book, 1, Backdrop::Linen).detail(480, 560, 230),
        ],
    },
    DemoLot {
        title: "Cut-glass decanter and two tumblers",
        description: "A heavy square-shouldered decanter with a band of hobnail cutting, and \
            two tumblers. Faceted ball stopper that fits. Slight bloom inside, rims free of \
            chips. Decanter 27 cm high. The contents shown are for the picture only.",
        category: "silver",
        starting_price_cents: 3_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 367_200,
        bids: &[bid(2, 3_000, None)],
        pictures: &[
            Scene::new(Object::Decanter, 0, Backdrop::Linen),
            Scene::new(Object::Decanter, 0, Backdrop::Linen).detail(600, 600, 210),
        ],
    },
    DemoLot {
        title: "Black slate and marble mantel clock",
        description: "Architectural case with red marble pillars and brass capitals, \
            eight-day French-pattern movement striking on a bell. Pendulum and key present. \
            Chips to two corners, as nearly always. Width 43 cm, and it takes two hands to \
            lift.",
        category: "furniture",
        starting_price_cents: 6_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 432_000,
        bids: &[],
        pictures: &[
            Scene::new(Object::MantelClock, 1, Backdrop::Sand),
            Scene::new(Object::MantelClock, 1, Backdrop::Sand).detail(600, 450, 190),
        ],
    },
    DemoLot {
        title: "Clockwork tin saloon car, red and cream",
        description: "Lithographed tinplate with rubber tyres and a fixed key, 1950s. The \
            spring is strong and the steering set for a gentle circle. Honest play wear to \
            the bumpers, the roof very good. Length 24 cm.",
        category: "toys",
        starting_price_cents: 4_500,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 450_000,
        bids: &[bid(4, 4_500, None), bid(1, 4_600, Some(6_000)), bid(3, 4_700, None)],
        pictures: &[
            Scene::new(Object::TinCar, 0, Backdrop::Fog),
            Scene::new(Object::TinCar, 0, Backdrop::Fog).detail(850, 590, 230),
            Scene::new(Object::TinCar, 0, Backdrop::Sage),
        ],
    },
    DemoLot {
        title: "Moon jar, white porcelain, studio made",
        description: "A generous round jar thrown in two halves and joined at the belly, \
            where the seam just shows. Milky glaze with pooling at the neck. Incised mark to \
            the foot. No damage. Height 29 cm, diameter 31 cm.",
        category: "ceramics",
        starting_price_cents: 16_000,
        reserve_cents: Some(26_000),
        increment_cents: None,
        ends_in_s: 475_200,
        bids: &[
            bid(0, 16_000, None),
            bid(5, 16_250, Some(22_000)),
            bid(2, 16_500, None),
            bid(2, 22_250, None),
        ],
        pictures: &[
            Scene::new(Object::Vase, 2, Backdrop::Blush),
            Scene::new(Object::Vase, 2, Backdrop::Blush).detail(600, 330, 220),
        ],
    },
    DemoLot {
        title: "A lacquered brass microscope",
        description: "A student’s compound microscope with rack focusing, two objectives and \
            a plano-concave mirror. Optics clear, the fine focus a trifle loose. Lacquer \
            mellowed and worn through at the knurling. Height 33 cm. Without its box.",
        category: "technology",
        starting_price_cents: 9_000,
        reserve_cents: Some(14_000),
        increment_cents: None,
        ends_in_s: 518_400,
        bids: &[bid(3, 9_000, None), bid(4, 9_100, None)],
        pictures: &[
            Scene::new(Object::Microscope, 0, Backdrop::Ink),
            Scene::new(Object::Microscope, 0, Backdrop::Ink).detail(620, 430, 200),
        ],
    },
    DemoLot {
        title: "Banjo barometer in rosewood, with thermometer",
        description: "The case of flowing outline with a hygrometer above a boxed \
            thermometer and a 20 cm silvered dial. The movement responds when carried \
            upstairs. Small veneer repair below the dial. Height 98 cm.",
        category: "technology",
        starting_price_cents: 7_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 547_200,
        bids: &[bid(1, 7_000, None)],
        pictures: &[
            Scene::new(Object::Barometer, 0, Backdrop::Linen),
            Scene::new(Object::Barometer, 0, Backdrop::Linen).detail(600, 560, 220),
        ],
    },
    DemoLot {
        title: "Wooden pull-along train, painted beech",
        description: "An engine and two wagons with a load of logs and building blocks, the \
            paint pleasantly worn to the wood where small hands took hold. All wheels turn; \
            one coupling is new. Length together 74 cm.",
        category: "toys",
        starting_price_cents: 2_500,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 590_400,
        bids: &[bid(5, 2_500, None), bid(2, 2_600, Some(4_000))],
        pictures: &[
            Scene::new(Object::TrainSet, 0, Backdrop::Fog),
            Scene::new(Object::TrainSet, 0, Backdrop::Fog).detail(880, 540, 200),
            Scene::new(Object::TrainSet, 0, Backdrop::Sand),
        ],
    },
    DemoLot {
        title: "Two fountain pens, amber and black",
        description: "One marbled amber lever-filler with a broad italic nib, one black \
            piston-filler with a fine nib; both gold nibs marked 14. Sacs replaced and \
            tested with ink. Slight brassing to the clips. In a plain card tube.",
        category: "books",
        starting_price_cents: 4_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 604_800,
        bids: &[],
        pictures: &[
            Scene::new(Object::Pen, 0, Backdrop::Sand),
            Scene::new(Object::Pen, 0, Backdrop::Sand).detail(430, 540, 220),
        ],
    },
    DemoLot {
        title: "Pair of brass candlesticks, knopped stems",
        description: "Cast brass in the Georgian manner on spreading bases, with push-rod \
            ejectors. Good weight and colour; one nozzle slightly out of round. Sold without \
            the candles. Height 26 cm.",
        category: "silver",
        starting_price_cents: 5_500,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 626_400,
        bids: &[bid(0, 5_500, None), bid(3, 5_600, None)],
        pictures: &[
            Scene::new(Object::Candlesticks, 0, Backdrop::Ink),
            Scene::new(Object::Candlesticks, 0, Backdrop::Ink).detail(440, 560, 210),
        ],
    },
    DemoLot {
        title: "Table radio in walnut, 1950s",
        description: "Four-valve set in a rounded walnut case with gold cloth and an \
            illuminated glass scale. Last switched on by the previous owner; sold as a \
            decorative object, and must be checked by an electrician before use. Width 52 \
            cm.",
        category: "technology",
        starting_price_cents: 3_000,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 691_200,
        bids: &[bid(2, 3_000, None), bid(4, 3_100, None)],
        pictures: &[
            Scene::new(Object::Radio, 0, Backdrop::Fog),
            Scene::new(Object::Radio, 0, Backdrop::Fog).detail(420, 600, 210),
        ],
    },
    DemoLot {
        title: "Turned ash bowl, large",
        description: "A wide fruit bowl turned from one piece of ash with a crisp rim and a \
            tall foot, oiled. The figure runs in rings right round the outside. A hairline \
            check at the rim, filled by the maker. Diameter 42 cm.",
        category: "ceramics",
        starting_price_cents: 3_500,
        reserve_cents: None,
        increment_cents: None,
        ends_in_s: 777_600,
        bids: &[],
        pictures: &[
            Scene::new(Object::Bowl, 0, Backdrop::Fog),
            Scene::new(Object::Bowl, 0, Backdrop::Fog).detail(760, 520, 220),
        ],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::*;

    use gavel_domain::{Bid, Command, Lot, Party, Standing, Time, UserId};

    /// A lot after its bids, each of which the rules must take.
    fn standing(lot: &DemoLot) -> Option<Standing> {
        let terms = super::super::terms(lot, UserId(99), Time(0)).expect("possible terms");
        let mut sale = Lot::listed(terms);
        for bid in lot.bids {
            let bid = Command::Bid(Bid {
                by: Party { id: UserId(u128::from(bid.bidder)), banned: false },
                amount: Ok(money(bid.amount_cents)),
                max: bid.max_cents.map(|max| Ok(money(max))),
            });
            let event = sale.decide(&bid, Time(1));
            sale.apply(&event.unwrap_or_else(|refusal| panic!("{}: {refusal:?}", lot.title)));
        }
        sale.standing()
    }

    fn money(cents: i64) -> gavel_domain::Money {
        super::super::money(cents).expect("in range")
    }

    #[test]
    fn every_lot_is_within_the_contract() {
        for lot in LOTS {
            assert!((3..=120).contains(&lot.title.chars().count()), "{}", lot.title);
            assert!((80..=10_000).contains(&lot.description.chars().count()), "{}", lot.title);
            assert!(!lot.description.contains("  "), "{}: a broken line", lot.title);
            assert!((2..=40).contains(&lot.category.len()), "{}", lot.title);
            let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(lot.category.chars().all(slug), "{}", lot.title);
            assert!(lot.starting_price_cents > 0);
            assert!(lot.reserve_cents.is_none_or(|reserve| reserve >= lot.starting_price_cents));
            assert!((240..=9 * 86_400).contains(&lot.ends_in_s), "{}", lot.title);
            assert!((1..=10).contains(&lot.pictures.len()), "{}", lot.title);
            assert!(lot.bids.iter().all(|bid| bid.bidder <= 5), "{}", lot.title);
        }
        assert!(LOTS.is_sorted_by_key(|lot| lot.ends_in_s));
    }

    #[test]
    fn every_bid_is_taken_and_the_house_shows_every_situation() {
        let lots = || LOTS.iter().map(|lot| (lot, standing(lot)));
        let count = |test: &dyn Fn(&DemoLot, Option<&Standing>) -> bool| {
            lots().filter(|(lot, standing)| test(lot, standing.as_ref())).count()
        };
        let categories: BTreeSet<_> = LOTS.iter().map(|lot| lot.category).collect();
        assert!((8..=12).contains(&categories.len()), "{categories:?}");
        assert!(LOTS.len() >= 40);
        assert!(count(&|lot, _| lot.ends_in_s <= 1_800) >= 4);
        assert!(count(&|_, standing| standing.is_none()) >= 4);
        assert!(count(&|lot, _| lot.bids.len() >= 3) >= 15);
        assert!(count(&|_, now| now.is_some_and(|now| now.auto && now.ceiling > now.price)) >= 12);
        let reserve = |met: bool| {
            count(&|lot, now| {
                lot.reserve_cents.is_some_and(|reserve| {
                    now.is_some_and(|now| now.price.minor() >= reserve) == met
                })
            })
        };
        assert!(reserve(true) >= 3 && reserve(false) >= 3);
    }

    #[test]
    fn no_two_lots_are_alike() {
        let titles: HashSet<_> = LOTS.iter().map(|lot| lot.title).collect();
        let texts: HashSet<_> = LOTS.iter().map(|lot| lot.description).collect();
        let scenes: HashSet<_> = LOTS.iter().flat_map(|lot| lot.pictures).collect();
        assert_eq!((titles.len(), texts.len()), (LOTS.len(), LOTS.len()));
        assert_eq!(scenes.len(), LOTS.iter().map(|lot| lot.pictures.len()).sum::<usize>());
    }
}
